// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain

/// A program of somebody else that accounts give tokens to.
package struct OAuthApplication: Hashable, Sendable {
    package var id: Int64
    package var accountID: Int64
    package var name: String
    package var clientID: String
    /// The hash of the client's secret; nil for a public client, which has none.
    package var secretHash: TokenHash?
    package var redirectURIs: [RedirectURI]
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: Int64,
        accountID: Int64,
        name: String,
        clientID: String,
        secretHash: TokenHash?,
        redirectURIs: [RedirectURI],
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.accountID = accountID
        self.name = name
        self.clientID = clientID
        self.secretHash = secretHash
        self.redirectURIs = redirectURIs
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// A new name for an application to call itself: no secret, but nobody else's.
    package static func newClientID() -> String {
        var random = SystemRandomNumberGenerator()
        return String(decoding: Base62.random(24, using: &random), as: UTF8.self)
    }

    /// Whether it can keep a secret.
    package var isConfidential: Bool {
        secretHash != nil
    }
}

extension OAuthApplication: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("account_id", accountID)
            json.member("name", name)
            json.member("client_id", clientID)
            json.member("confidential", isConfidential)
            json.member("redirect_uris", redirectURIs.map(\.text))
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
        }
    }
}
