// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A publication after which a zone that had data is gone, or has nothing but its SOA and NS records left.
package struct Withdrawal: Sendable, Hashable {
    package let zone: Int64
    /// Whether the zone is gone.
    package let isRemoval: Bool
    /// The newest outbox row that leads to it.
    package let newestEntry: Int64

    package init(zone: Int64, isRemoval: Bool, newestEntry: Int64) {
        self.zone = zone
        self.isRemoval = isRemoval
        self.newestEntry = newestEntry
    }
}
