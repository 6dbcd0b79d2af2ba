// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A zone of an account. Its id is also its generation: a zone made again under the same name has a greater id.
package struct Zone: Hashable, Sendable {
    package var id: Int64
    package var accountID: Int64
    /// Lower-case A-label form without the final dot; the root zone is `.`.
    package var name: String
    /// Under `in-addr.arpa` or `ip6.arpa`.
    package var reverse: Bool
    /// Transferred in from a primary of the customer.
    package var secondary: Bool
    package var lastTransferredAt: Timestamp?
    /// An inactive zone is answered with REFUSED.
    package var active: Bool
    /// Counts committed changes; starts at 1.
    package var version: Int64
    /// Since when the zone is served as it was signed elsewhere; nil for one whose records are edited here.
    package var presignedAt: Timestamp?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: Int64,
        accountID: Int64,
        name: String,
        reverse: Bool,
        secondary: Bool,
        lastTransferredAt: Timestamp?,
        active: Bool,
        version: Int64,
        presignedAt: Timestamp?,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.accountID = accountID
        self.name = name
        self.reverse = reverse
        self.secondary = secondary
        self.lastTransferredAt = lastTransferredAt
        self.active = active
        self.version = version
        self.presignedAt = presignedAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// Whether the zone is served as it was signed elsewhere, so that its records are not edited here.
    package var isPresigned: Bool {
        presignedAt != nil
    }
}
