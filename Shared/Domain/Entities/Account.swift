// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A customer: what owns domains, zones, tokens and webhooks.
package struct Account: Hashable, Sendable {
    package var id: Int64
    package var email: String
    package var name: String
    /// Never empty: some clients skip accounts without a plan.
    package var planIdentifier: String
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: Int64,
        email: String,
        name: String,
        planIdentifier: String,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.email = email
        self.name = name
        self.planIdentifier = planIdentifier
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
