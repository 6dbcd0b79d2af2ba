// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Database
import ZoneStore
import ZoneSync

/// The sums over all live zones, and what has to be known of each to follow the log.
///
/// A zone takes 64 octets, and room for growth: names would take as much again, and are read where they are needed.
struct LiveZones {
    /// The first 16 octets of the SHA-256 of a zone's apex.
    private struct Key: Hashable {
        let high: UInt64
        let low: UInt64

        init(_ digest: [UInt8]) {
            high = digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
            low = digest.dropFirst(8).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        }

        var bucket: UInt8 { UInt8(truncatingIfNeeded: high >> 56) }
    }

    private struct Member {
        let generation: Int64
        let version: Int64
        let digest: Hash256
    }

    /// The sums.
    private(set) var buckets = ManifestBuckets()
    /// By bucket, so that the zones of one are found without looking at the others.
    private var members: [[Key: Member]] = Array(repeating: [:], count: ManifestBuckets.count)

    /// The generations of a bucket's zones, ascending.
    func generations(of bucket: UInt8) -> [Int64] {
        members[Int(bucket)].values.map(\.generation).sorted()
    }

    /// Takes a change; throws for a name or a hash that is none.
    mutating func apply(_ change: StreamChange) throws {
        let name = try Name(text: change.zoneName, origin: .root)
        let key = Key(ManifestBuckets.digest(of: name))
        let bucket = Int(key.bucket)
        let current = members[bucket][key]
        // Late news: of an earlier life of the name, or a version that was overtaken by one of the other lane.
        if let current, (current.generation, current.version) > (change.zoneID, change.version) { return }
        if let current { buckets.remove(current.digest, from: key.bucket) }
        guard !change.isDeletion, let hash = Hash256(bytes: change.hash) else {
            members[bucket][key] = nil
            return
        }
        let summary = ZoneSummary(
            name: name,
            generation: UInt64(change.zoneID),
            version: UInt64(change.version),
            serial: change.serial,
            hash: hash
        )
        let digest = ZoneDigest.setMember(summary)
        buckets.add(digest, to: key.bucket)
        members[bucket][key] = Member(generation: change.zoneID, version: change.version, digest: digest)
    }
}
