// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// One step from a version of a zone to a later one, record by record: what an incremental transfer sends (RFC 1995 4).
package struct ZoneDifference: Hashable, Sendable {
    /// The serial before.
    package let from: UInt32
    /// The serial afterwards.
    package let to: UInt32
    /// The records that go, without the SOA: only those of a set that are not in it afterwards, unless its TTL changes.
    package let removed: [RRset]
    /// The records that come, without the SOA.
    package let added: [RRset]
    /// The SOA record before.
    package let oldSOA: RRset
    /// The SOA record afterwards.
    package let newSOA: RRset

    /// A step of its parts.
    package init(from: UInt32, to: UInt32, removed: [RRset], added: [RRset], oldSOA: RRset, newSOA: RRset) {
        self.from = from
        self.to = to
        self.removed = removed
        self.added = added
        self.oldSOA = oldSOA
        self.newSOA = newSOA
    }
}

/// A zone that a batch has changed.
package struct AppliedZone: Hashable, Sendable {
    /// The apex, as the operation named it.
    package let name: Name
    /// The life of the name that has changed.
    package let generation: UInt64
    /// The serial that is served now; nil when the zone is gone.
    package let serial: UInt32?
}
