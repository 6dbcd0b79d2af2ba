// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Database
import ZoneStore
import ZoneSync

/// The sums over all live zones, everywhere and in some regions, and what has to be known of each to follow the log.
///
/// A zone takes 64 octets, and room for growth; in a region only where it differs there.
struct LiveZones {
    private struct Member {
        let generation: Int64
        let version: Int64
        let digest: Hash256
    }

    /// The sums of what is published everywhere.
    private var buckets = ManifestBuckets()
    /// By bucket, so that the zones of one are found without looking at the others.
    private var members: [[ZoneKey: Member]] = Array(repeating: [:], count: ManifestBuckets.count)
    private var regional: [String: RegionalZones] = [:]

    /// No zones yet, in these regions either.
    init(regions: some Sequence<String> = []) {
        for region in regions { regional[region] = RegionalZones() }
    }

    /// The regions that are followed.
    var regions: Set<String> { Set(regional.keys) }

    /// Follows a region from now on: its hashes of all zones have to come next.
    mutating func begin(_ region: String) {
        regional[region] = RegionalZones()
    }

    /// Follows a region no longer.
    mutating func end(_ region: String) {
        regional[region] = nil
    }

    /// The sums as a region's consumers have them, the empty one being everywhere; nil for one that is not followed.
    func sums(of region: String) -> ManifestBuckets? {
        guard !region.isEmpty else { return buckets }
        return regional[region].map { own in
            var sums = buckets
            sums.add(own.difference)
            return sums
        }
    }

    /// The generations of a bucket's zones, ascending.
    func generations(of bucket: UInt8) -> [Int64] {
        members[Int(bucket)].values.map(\.generation).sorted()
    }

    /// Takes a change; throws for a name that is none.
    mutating func apply(_ change: StreamChange) throws {
        let name = try Name(text: change.zoneName, origin: .root)
        let key = ZoneKey(name)
        let bucket = Int(key.bucket)
        let current = members[bucket][key]
        // Late news: of an earlier life of the name, or a version that was overtaken by one of the other lane.
        if let current, (current.generation, current.version) > (change.zoneID, change.version) { return }
        if let current {
            for region in regional.keys { regional[region]?.drop(key, base: current.digest) }
            buckets.remove(current.digest, from: key.bucket)
        }
        guard !change.isDeletion,
            let digest = Self.digest(name, change.zoneID, change.version, change.hash)
        else {
            members[bucket][key] = nil
            return
        }
        buckets.add(digest, to: key.bucket)
        members[bucket][key] = Member(generation: change.zoneID, version: change.version, digest: digest)
        for (region, hash) in change.regional {
            guard let own = Self.digest(name, change.zoneID, change.version, hash) else { continue }
            regional[region]?.set(own, base: digest, of: key)
        }
    }

    /// Takes a region's hash of a zone that is known; throws for a name that is none.
    mutating func apply(_ hash: RegionalHash) throws {
        let name = try Name(text: hash.zoneName, origin: .root)
        let key = ZoneKey(name)
        guard let member = members[Int(key.bucket)][key], member.generation == hash.zoneID,
            let own = Self.digest(name, member.generation, member.version, hash.hash)
        else { return }
        regional[hash.region]?.set(own, base: member.digest, of: key)
    }

    /// The set member of a zone; nil for a hash that is none.
    private static func digest(_ name: Name, _ generation: Int64, _ version: Int64, _ hash: [UInt8]) -> Hash256? {
        guard let hash = Hash256(bytes: hash) else { return nil }
        return ZoneDigest.setMember(
            ZoneSummary(
                name: name,
                generation: UInt64(generation),
                version: UInt64(version),
                serial: 0,
                hash: hash
            )
        )
    }
}
