// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain

/// A token as the account sees it after creation: everything but the secret.
package struct APIToken: Hashable, Sendable {
    package var id: Int64
    package var accountID: Int64
    package var name: String
    package var access: TokenAccess
    package var createdAt: Timestamp
    package var expiresAt: Timestamp?
    package var revokedAt: Timestamp?
    package var lastUsedAt: Timestamp?

    package init(
        id: Int64,
        accountID: Int64,
        name: String,
        access: TokenAccess,
        createdAt: Timestamp,
        expiresAt: Timestamp?,
        revokedAt: Timestamp?,
        lastUsedAt: Timestamp?
    ) {
        self.id = id
        self.accountID = accountID
        self.name = name
        self.access = access
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
        self.lastUsedAt = lastUsedAt
    }
}
