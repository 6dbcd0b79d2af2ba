// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire
package import ZoneStore

/// A step of a reconciliation, as the replica's thread takes it.
package enum ManifestStep: Sendable, Equatable {
    /// Compare the replica with the sums of all buckets.
    case compare(ManifestBuckets)
    /// Look up what is held of some buckets.
    case gather([UInt8])
    /// Zones of these buckets that the origin has, and zones that came in; the last of its listing or not.
    case match([ManifestMember], isLast: Bool)
    /// Everything is as the origin says: its position becomes the replica's.
    case adopt
}

/// An entry of a manifest whose name was read.
package struct ManifestMember: Sendable, Equatable {
    /// The apex.
    package var name: Name
    /// Which life of the name this is.
    package var generation: UInt64
    /// Counts the publications of the generation.
    package var version: UInt64
    /// The zone hash.
    package var hash: Hash256
}

/// What came of a step.
package enum ManifestOutcome: Sendable, Equatable {
    /// The buckets that differ, in groups that are to be listed one after the other.
    case compared(groups: [[UInt8]])
    /// What is held was looked up.
    case gathered
    /// Generations that are not held, or in another state; how many held states had the same version and another hash.
    case matched(missing: [UInt64], conflicts: Int)
    /// The position was stored.
    case adopted
}

/// The replica's side of a reconciliation: what it holds, a group of buckets at a time.
struct ManifestReconciliation {
    /// Zones of one group, held or announced: bounds the memory that a group takes.
    static let groupZones = 65_536

    /// A zone as the replica holds it.
    private struct Held {
        let generation: UInt64
        let version: UInt64
        let hash: Hash256
    }

    private let store: ZoneStore
    private var held: [Name: Held] = [:]

    init(store: ZoneStore) {
        self.store = store
    }

    /// The groups of buckets that add up to something else here.
    func compare(_ theirs: ManifestBuckets) throws(ZoneStoreError) -> [[UInt8]] {
        let ours = try store.manifestBuckets()
        if try ours.setHash != store.setHash() {
            // The sum that was kept is wrong, whatever the zones are.
            try store.recomputeSetHash()
        }
        var groups: [[UInt8]] = []
        var zones = Int.max
        for bucket in ours.differing(from: theirs) {
            let size = max(ours[bucket].zones, theirs[bucket].zones)
            if groups.isEmpty || zones + size > Self.groupZones {
                groups.append([])
                zones = 0
            }
            groups[groups.count - 1].append(bucket)
            zones += size
        }
        return groups
    }

    /// Looks up what is held of some buckets.
    mutating func gather(_ buckets: [UInt8]) throws(ZoneStoreError) {
        held = [:]
        let wanted = Set(buckets)
        try store.forEachZone { zone in
            guard wanted.contains(ManifestBuckets.index(of: zone.name)) else { return }
            held[zone.name] = Held(generation: zone.generation, version: zone.version, hash: zone.hash)
        }
    }

    /// Takes zones of a listing; those that are held as listed need nothing.
    mutating func match(_ members: [ManifestMember]) -> ManifestOutcome {
        var missing: [UInt64] = []
        var conflicts = 0
        for member in members {
            if let held = held.removeValue(forKey: member.name), held.generation == member.generation,
                held.version == member.version
            {
                if held.hash == member.hash { continue }
                conflicts += 1
            }
            missing.append(member.generation)
        }
        return .matched(missing: missing, conflicts: conflicts)
    }

    /// Deletions of what was not listed.
    mutating func deletions() -> [ZoneOperation] {
        defer { held = [:] }
        return held.map { .delete(name: $0.key, generation: $0.value.generation, version: $0.value.version) }
    }
}

extension ZoneStore {
    /// The sums of all zones held, as an origin with a manifest gives them. Reads every zone's record, a page in each
    /// read transaction: about two seconds for a million.
    package func manifestBuckets() throws(ZoneStoreError) -> ManifestBuckets {
        var buckets = ManifestBuckets()
        try forEachZone { buckets.add($0) }
        return buckets
    }

    /// Calls `body` with each zone, in pages of bounded read transactions.
    func forEachZone(_ body: (ZoneSummary) -> Void) throws(ZoneStoreError) {
        var last: Name?
        while true {
            let page = try zones(after: last, limit: 4_096)
            for zone in page { body(zone) }
            guard let end = page.last else { return }
            last = end.name
        }
    }
}
