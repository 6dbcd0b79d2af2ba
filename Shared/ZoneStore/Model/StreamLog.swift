// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// How much of the stream a store remembers, so that it can be passed on.
package struct StreamLogLimits: Hashable, Sendable {
    /// Entries that are kept.
    package var entries: Int
    /// Octets of what is kept of the entries.
    package var octets: Int
    /// The greatest difference that is kept, in octets; of a greater one only that there was a change.
    package var difference: Int

    /// Limits of these values.
    package init(entries: Int = 100_000, octets: Int = 256 << 20, difference: Int = 1 << 20) {
        self.entries = entries
        self.octets = octets
        self.difference = difference
    }
}

/// What a batch of operations is to the stream that a store passes on.
package enum StreamLogStep: Hashable, Sendable {
    /// Each operation is the entry of the stream at its position; one without changes the store and no position.
    case entries([UInt64?])
    /// A part of a state that is taken whole: until all of it is there nothing can be passed on.
    case filling
    /// The last part of it. What follows the position is passed on.
    case filled
}

/// Where a store stands that passes the stream on.
package struct StreamLogState: Hashable, Sendable {
    /// The last position that is durable; nil when nothing was ever followed.
    package let position: StreamPosition?
    /// The entries after this position are known.
    package let floor: UInt64
    /// Whether the store is between two states, and must not be passed on as either.
    package let isFilling: Bool
    /// The newest entry that is held: beyond the position while a zone is still asked for.
    package let newest: UInt64
    /// The number of zones.
    package let zones: Int
    /// The sum over all zones of `ZoneSummary.setMember`.
    package let setHash: Hash256
}

/// One entry of the stream as a store remembers it.
package struct StreamLogEntry: Hashable, Sendable {
    /// What it says of its zone.
    package enum Content: Hashable, Sendable {
        /// The zone is at the entry's version, to be sent whole.
        case whole(serial: UInt32, hash: Hash256)
        /// How it got to that version.
        case difference(ZoneUpdate)
        /// The zone is no longer served.
        case deletion
    }

    /// The entry's number in its epoch.
    package let position: UInt64
    /// The apex.
    package let zone: Name
    /// Which life of the name it is about.
    package let generation: UInt64
    /// The version that it leads to.
    package let version: UInt64
    /// What it says.
    package let content: Content
    /// Whether the store holds the zone in an older state than the entry leads to: the state was refused here, and is
    /// not there to be passed on.
    package let isRefusedHere: Bool
    /// Whether the store does not hold the zone at all: it was deleted since, or never taken.
    package let isMissingHere: Bool
}
