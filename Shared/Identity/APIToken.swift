// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain

/// A token as its owner sees it after creation: everything but the secret.
package struct APIToken: Hashable, Sendable {
    package var id: Int64
    /// The account or the user whose token it is.
    package var owner: TokenOwner
    /// The application that was given it, where one was.
    package var applicationID: Int64?
    package var name: String
    package var grant: TokenGrant
    package var createdAt: Timestamp
    package var expiresAt: Timestamp?
    package var revokedAt: Timestamp?
    package var lastUsedAt: Timestamp?

    package init(
        id: Int64,
        owner: TokenOwner,
        applicationID: Int64?,
        name: String,
        grant: TokenGrant,
        createdAt: Timestamp,
        expiresAt: Timestamp?,
        revokedAt: Timestamp?,
        lastUsedAt: Timestamp?
    ) {
        self.id = id
        self.owner = owner
        self.applicationID = applicationID
        self.name = name
        self.grant = grant
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
        self.lastUsedAt = lastUsedAt
    }

    /// What it may do with its account.
    package var access: TokenAccess {
        grant.access
    }
}

extension APIToken: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("account_id", owner.accountID)
            json.member("user_id", owner.userID)
            json.member("oauth_application_id", applicationID)
            json.member("name", name)
            json.member("access", grant.access.rawValue)
            json.member("scopes", grant.scopes?.map(\.description))
            json.member("record_policy", grant.recordPolicy?.rules.map(\.description))
            json.member("networks", grant.networks?.map(\.description))
            json.member("created_at", createdAt)
            json.member("expires_at", expiresAt)
            json.member("revoked_at", revokedAt)
            json.member("last_used_at", lastUsedAt)
        }
    }
}
