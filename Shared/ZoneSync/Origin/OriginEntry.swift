// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import ZoneStore

/// One entry of the published log: "at this position, the zone came to be at this version".
package struct OriginEntry: Sendable, Equatable {
    /// What happened to the zone.
    package enum Operation: Sendable, Equatable {
        /// The zone is at `version`, whose contents have this serial and hash.
        case publish
        /// The zone is no longer served.
        case delete
        /// The position carries nothing.
        case nothing
    }

    /// Dense: each entry's position is that of the entry before plus one.
    package var position: UInt64
    /// What happened to the zone.
    package var operation: Operation
    /// Lower-case absolute presentation form, with the final dot.
    package var zone: String
    /// A zone made again under the same name has a greater generation (it is the zone's id).
    package var generation: UInt64
    /// The version that `diff` applies to; nil with a first publication.
    package var baseVersion: UInt64?
    /// Grows with every publication of the generation; for a deletion, greater than or equal to the last.
    package var version: UInt64
    /// The SOA's serial after it; 0 for a deletion.
    package var serial: UInt32
    /// The zone hash of the result; zero for a deletion.
    package var hash: Hash256
    /// Number of `-` lines in `diff`.
    package var removed: Int
    /// Number of `+` lines in `diff`.
    package var added: Int
    /// The ready body of a DIFF message: lines ended by LF, `-owner TYPE` for each RRset that goes, `+RR line` for
    /// every RR of each RRset that is new or changed. Nil where only the whole zone can be sent.
    package var diff: String?
    /// 0: interactive; 1: bulk.
    package var lane: UInt8
    /// What regions get instead, where the zone has or had records that are limited to regions.
    package var regional: [String: Part] = [:]

    /// The part of an entry that is a region's own.
    package struct Part: Sendable, Equatable {
        /// The zone hash of the result in this region.
        package var hash: Hash256
        /// Number of `-` lines in `diff`.
        package var removed: Int
        /// Number of `+` lines in `diff`.
        package var added: Int
        /// As in the entry; nil where only the whole zone can be sent.
        package var diff: String?

        /// A part of these values.
        package init(hash: Hash256, removed: Int = 0, added: Int = 0, diff: String? = nil) {
            self.hash = hash
            self.removed = removed
            self.added = added
            self.diff = diff
        }
    }

    /// The entry as consumers of a region get it; an empty one is none.
    package func seen(from region: String) -> OriginEntry {
        var seen = self
        if let part = regional[region] {
            (seen.hash, seen.removed, seen.added, seen.diff) = (part.hash, part.removed, part.added, part.diff)
        }
        seen.regional = [:]
        return seen
    }

    /// An entry that carries nothing.
    package static func nothing(at position: UInt64) -> OriginEntry {
        OriginEntry(
            position: position,
            operation: .nothing,
            zone: "",
            generation: 0,
            baseVersion: nil,
            version: 0,
            serial: 0,
            hash: .zero
        )
    }

    /// An entry of these values.
    package init(
        position: UInt64,
        operation: Operation,
        zone: String,
        generation: UInt64,
        baseVersion: UInt64?,
        version: UInt64,
        serial: UInt32,
        hash: Hash256,
        removed: Int = 0,
        added: Int = 0,
        diff: String? = nil,
        lane: UInt8 = 0
    ) {
        self.position = position
        self.operation = operation
        self.zone = zone
        self.generation = generation
        self.baseVersion = baseVersion
        self.version = version
        self.serial = serial
        self.hash = hash
        self.removed = removed
        self.added = added
        self.diff = diff
        self.lane = lane
    }
}
