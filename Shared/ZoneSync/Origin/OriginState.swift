// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import ZoneStore

/// Where an origin's stream stands.
package struct OriginHead: Sendable, Equatable {
    /// Names the history that positions belong to; no space in it.
    package var epoch: String
    /// The newest position; 0 before the first entry.
    package var head: UInt64
    /// Entries after this position are kept: a consumer whose position is less cannot resume.
    package var floor: UInt64

    /// A head of these values.
    package init(epoch: String, head: UInt64, floor: UInt64) {
        self.epoch = epoch
        self.head = head
        self.floor = floor
    }
}

/// The start of a snapshot.
package struct OriginSnapshot: Sendable, Equatable {
    /// Names the history that `position` belongs to.
    package var epoch: String
    /// The stream goes on after this position when the snapshot is complete.
    package var position: UInt64
    /// Live zones at about that moment (progress only, except that 0 and not 0 are told apart).
    package var zones: Int
    /// The generation that a snapshot which was cut off goes on after; nil for one from the beginning.
    package var after: UInt64?

    /// A snapshot of these values.
    package init(epoch: String, position: UInt64, zones: Int, after: UInt64? = nil) {
        self.epoch = epoch
        self.position = position
        self.zones = zones
        self.after = after
    }
}

/// What names a zone's state: followed by its RR lines.
package struct OriginZone: Sendable, Equatable {
    /// Lower-case absolute presentation form, with the final dot.
    package var name: String
    /// Which life of the name this is: the zone's id.
    package var generation: UInt64
    /// Counts the publications of the generation.
    package var version: UInt64
    /// The SOA's serial.
    package var serial: UInt32
    /// The zone hash.
    package var hash: Hash256
    /// Number of RR lines that follow.
    package var lines: Int

    /// A zone of these values.
    package init(
        name: String,
        generation: UInt64,
        version: UInt64,
        serial: UInt32,
        hash: Hash256,
        lines: Int
    ) {
        self.name = name
        self.generation = generation
        self.version = version
        self.serial = serial
        self.hash = hash
        self.lines = lines
    }
}

/// The set hash of everything published up to a position.
package struct OriginCheckpoint: Sendable, Equatable {
    /// The last entry contained.
    package var position: UInt64
    /// Live zones.
    package var zones: Int
    /// The set hash of them.
    package var setHash: Hash256

    /// A checkpoint of these values.
    package init(position: UInt64, zones: Int, setHash: Hash256) {
        self.position = position
        self.zones = zones
        self.setHash = setHash
    }
}
