// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import ZoneStore
import ZoneSync

/// The sums of a replica's zones, computed when a consumer asks for them and kept for those that come right after it.
actor ReplicaManifest {
    /// Zones looked at in one transaction.
    private static let page = 10_000
    /// How long sums are good although the replica has changed: a consumer goes on from their position.
    private static let lifetime = Duration.seconds(2)

    private let store: ZoneStore
    private var known: (manifest: OriginManifest, counter: UInt64, at: ContinuousClock.Instant)?

    init(store: ZoneStore) {
        self.store = store
    }

    /// The sums now, or as they were a moment ago. `reading` runs what blocks.
    func manifest(
        reading: (@escaping @Sendable () throws -> OriginManifest?) async throws -> OriginManifest?
    ) async throws -> OriginManifest? {
        let counter = store.changeCounter
        if let known, known.counter == counter || .now - known.at < Self.lifetime { return known.manifest }
        let store = store
        guard let manifest = try await reading({ try Self.compute(store) }) else { return nil }
        known = (manifest, counter, .now)
        return manifest
    }

    /// What was computed so far means nothing any more.
    func forget() {
        known = nil
    }

    private static func compute(_ store: ZoneStore) throws -> OriginManifest? {
        // The position first: everything up to it is in what is read after it.
        guard let state = try store.logState(), !state.isFilling, let position = state.position else { return nil }
        var buckets = ManifestBuckets()
        try forEachPage(store) { for zone in $0 { buckets.add(zone) } }
        return OriginManifest(epoch: position.epoch, position: position.position, buckets: buckets)
    }

    /// Calls `body` with all zones, a page at a time.
    private static func forEachPage(_ store: ZoneStore, _ body: ([ZoneSummary]) throws -> Void) throws {
        var last: Name?
        while true {
            let zones = try store.zones(after: last, limit: page)
            try body(zones)
            guard zones.count == page else { return }
            last = zones.last?.name
        }
    }

    /// The next zones in the order of their names that are in one of the buckets, and the last name looked at; nil at the
    /// end.
    static func entries(
        _ store: ZoneStore,
        of buckets: Set<UInt8>,
        after name: Name?
    ) throws -> (entries: [ManifestEntry], last: Name?) {
        let zones = try store.zones(after: name, limit: page)
        let entries = zones.filter { buckets.contains(ManifestBuckets.index(of: $0.name)) }.map {
            ManifestEntry(zone: $0.name.text, generation: $0.generation, version: $0.version, hash: $0.hash)
        }
        return (entries, zones.count == page ? zones.last?.name : nil)
    }
}
