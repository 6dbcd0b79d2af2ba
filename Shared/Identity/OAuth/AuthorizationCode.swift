// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What a user has agreed to, until the application fetches its token.
package struct AuthorizationCode: Hashable, Sendable {
    package var applicationID: Int64
    package var accountID: Int64
    package var userID: Int64
    package var access: TokenAccess
    package var scopes: [TokenScope]?
    package var redirectURI: String
    /// Whether the application named the URI, and so has to name it again.
    package var isURIGiven: Bool
    package var state: String?
    /// For S256 (RFC 7636).
    package var challenge: String?

    package init(
        applicationID: Int64,
        accountID: Int64,
        userID: Int64,
        access: TokenAccess,
        scopes: [TokenScope]?,
        redirectURI: String,
        isURIGiven: Bool,
        state: String?,
        challenge: String?
    ) {
        self.applicationID = applicationID
        self.accountID = accountID
        self.userID = userID
        self.access = access
        self.scopes = scopes
        self.redirectURI = redirectURI
        self.isURIGiven = isURIGiven
        self.state = state
        self.challenge = challenge
    }
}
