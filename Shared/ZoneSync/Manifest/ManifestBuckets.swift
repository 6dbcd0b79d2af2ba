// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Crypto
package import DNSWire
package import ZoneStore

/// What one of the 256 buckets of a set of zones adds up to.
package struct ManifestBucket: Sendable, Equatable {
    /// Live zones in it.
    package var zones: Int
    /// The sum of their set members.
    package var setHash: Hash256

    /// A bucket of these values; empty unless told otherwise.
    package init(zones: Int = 0, setHash: Hash256 = .zero) {
        self.zones = zones
        self.setHash = setHash
    }
}

/// A set of zones as 256 sums, so that two sides find out what differs without naming every zone.
///
/// A zone's bucket is the first octet of the SHA-256 of its apex in lower-case wire form. Each sum follows a change of one
/// zone by adding and subtracting.
package struct ManifestBuckets: Sendable, Equatable {
    /// The number of buckets.
    package static let count = 256

    private var buckets: [ManifestBucket]

    /// The buckets of no zones.
    package init() {
        buckets = Array(repeating: ManifestBucket(), count: Self.count)
    }

    /// The bucket of a zone.
    package static func index(of apex: Name) -> UInt8 {
        var octets = SHA256.hash(data: apex.lowercased().wire).makeIterator()
        return octets.next() ?? 0
    }

    /// The SHA-256 of a zone's apex, whose first octet is its bucket.
    package static func digest(of apex: Name) -> [UInt8] {
        Array(SHA256.hash(data: apex.lowercased().wire))
    }

    /// What a bucket adds up to.
    package internal(set) subscript(_ index: UInt8) -> ManifestBucket {
        get { buckets[Int(index)] }
        set { buckets[Int(index)] = newValue }
    }

    /// Zones in all buckets.
    package var zones: Int { buckets.reduce(0) { $0 + $1.zones } }

    /// The set hash of all zones.
    package var setHash: Hash256 { buckets.reduce(Hash256.zero) { $0 &+ $1.setHash } }

    /// Adds a zone that is not in the set yet.
    package mutating func add(_ zone: ZoneSummary) {
        add(ZoneDigest.setMember(zone), to: Self.index(of: zone.name))
    }

    /// Adds the set member of a zone.
    package mutating func add(_ member: Hash256, to index: UInt8) {
        buckets[Int(index)].zones += 1
        buckets[Int(index)].setHash = buckets[Int(index)].setHash &+ member
    }

    /// Takes the set member of a zone out again.
    package mutating func remove(_ member: Hash256, from index: UInt8) {
        buckets[Int(index)].zones -= 1
        buckets[Int(index)].setHash = buckets[Int(index)].setHash &- member
    }

    /// Puts one set member in another's place.
    package mutating func replace(_ old: Hash256, by new: Hash256, in index: UInt8) {
        buckets[Int(index)].setHash = buckets[Int(index)].setHash &- old &+ new
    }

    /// Adds what all buckets of `other` add up to, numbers of zones included.
    package mutating func add(_ other: ManifestBuckets) {
        for index in buckets.indices {
            buckets[index].zones += other.buckets[index].zones
            buckets[index].setHash = buckets[index].setHash &+ other.buckets[index].setHash
        }
    }

    /// The buckets that add up to something else in `other`, ascending.
    package func differing(from other: ManifestBuckets) -> [UInt8] {
        (0...UInt8.max).filter { self[$0] != other[$0] }
    }
}
