// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain

/// A token that is about to be made.
package struct TokenDraft: Hashable, Sendable {
    package var name: String
    package var grant: TokenGrant
    package var expiresAt: Timestamp?
    /// The application that is given it.
    package var applicationID: Int64?

    package init(name: String, grant: TokenGrant, expiresAt: Timestamp? = nil, applicationID: Int64? = nil) {
        self.name = name
        self.grant = grant
        self.expiresAt = expiresAt
        self.applicationID = applicationID
    }
}
