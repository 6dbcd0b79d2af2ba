// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Logging
package import Postgres
import Synchronization
import ZoneStore
package import ZoneSync

/// The published log and zones of a database, as an origin server streams them.
package struct PostgresOriginSource: OriginSource {
    /// RR lines handed to a sink at once, in octets.
    private static let chunk = 64 * 1024

    private let stream: StreamStore
    private let snapshots: SnapshotStore
    /// Bodies of large zones under way, of all regions.
    private let regionalBodies: RegionalBodies
    /// Those of this region.
    let bodies: SharedBodies
    private let setHash: SetHashTracker
    private let nodes: NodeRegistry
    private let counts: CountKeeper?
    private let pool: PostgresPool
    /// Whose consumers are served; empty for those of no region.
    private let region: String
    /// Bounds what other sites than the canary's get; nil without a canary site.
    private let gate: RolloutGate?
    /// Whether the consumers served wait for the canary.
    private let isGated: Bool

    /// - Parameters:
    ///   - pool: For reading: snapshots of slow consumers hold a connection for a page at a time.
    ///   - nodes: Takes what consumers report.
    ///   - counts: Keeps the queries that consumers count; nil has none reported.
    ///   - gate: Bounds what other sites than the canary's get; nil without a canary site.
    package init(pool: PostgresPool, nodes: NodeRegistry, counts: CountKeeper? = nil, gate: RolloutGate? = nil) {
        self.init(pool: pool, nodes: nodes, counts: counts, gate: gate, bodies: SharedBodies.Configuration())
    }

    init(
        pool: PostgresPool,
        nodes: NodeRegistry,
        counts: CountKeeper?,
        gate: RolloutGate? = nil,
        bodies configuration: SharedBodies.Configuration
    ) {
        self.gate = gate
        isGated = false
        self.counts = counts
        self.pool = pool
        region = ""
        stream = StreamStore(pool: pool)
        snapshots = SnapshotStore(pool: pool)
        regionalBodies = RegionalBodies(pool: pool, configuration: configuration)
        bodies = regionalBodies.bodies(of: "")
        setHash = SetHashTracker(pool: pool)
        self.nodes = nodes
    }

    /// The same as the consumers of a region have it, and at their time.
    private init(_ source: PostgresOriginSource, region: String, isGated: Bool) {
        self.region = region
        self.isGated = isGated
        gate = source.gate
        pool = source.pool
        counts = source.counts
        stream = source.stream
        snapshots = SnapshotStore(pool: source.pool, region: region)
        regionalBodies = source.regionalBodies
        bodies = source.regionalBodies.bodies(of: region)
        setHash = source.setHash
        nodes = source.nodes
    }

    package func view(for node: OriginNode) -> any OriginSource {
        PostgresOriginSource(self, region: node.region, isGated: gate?.holds(node) ?? false)
    }

    package var ceiling: UInt64? { isGated ? gate.map { UInt64($0.ceiling) } : nil }

    package func seen(_ head: OriginHead) -> OriginHead {
        var seen = head
        seen.epoch = RegionalEpoch.token(head.epoch, region: region)
        return seen
    }

    package func seen(_ entry: OriginEntry) -> OriginEntry {
        entry.regional.isEmpty ? entry : entry.seen(from: region)
    }

    package func head() async throws -> OriginHead {
        let state = try await stream.state()
        return OriginHead(epoch: state.epoch, head: UInt64(state.head), floor: UInt64(state.floor))
    }

    package func entries(after position: UInt64, limit: Int) async throws -> [OriginEntry] {
        let after = Int64(clamping: position)
        let entries = try await stream.entries(after: after, limit: limit)
        // Positions are dense: a missing first one was pruned, and so was everything if nothing is there below the head.
        let isBelowFloor =
            if let first = entries.first { first.position != after + 1 } else {
                after < (try await stream.state().floor)
            }
        guard !isBelowFloor else { throw OriginSourceError.belowFloor }
        return try entries.map(Self.entry)
    }

    package func readZone(named name: String, into sink: any OriginZoneSink) async throws -> Bool {
        // A large zone may go between the look and the reading: then the name may have another life.
        for _ in 1...3 {
            guard let body = try await snapshots.zone(named: DistributionName.stored(name)) else { return false }
            try await admit([body.zone])
            if try await hand(body, to: sink) { return true }
        }
        return false
    }

    package func snapshot() async throws -> OriginSnapshot {
        let state = try await stream.state()
        let epoch = RegionalEpoch.token(state.epoch, region: region)
        let position = min(UInt64(state.head), ceiling ?? .max)
        return OriginSnapshot(epoch: epoch, position: position, zones: try await snapshots.count())
    }

    package func readZones(after generation: UInt64, into sink: any OriginZoneSink) async throws {
        var last = Int64(clamping: generation)
        while true {
            let page = try await snapshots.zones(after: last)
            try await admit(page.map(\.zone))
            for body in page { _ = try await hand(body, to: sink) }
            guard let end = page.last else { return }
            last = end.zone.id
        }
    }

    /// The sums are of what is published up to the head.
    package var servesManifest: Bool { !isGated }

    package func manifest() async throws -> OriginManifest {
        var manifest = try await setHash.manifest(of: region)
        manifest.epoch = RegionalEpoch.token(manifest.epoch, region: region)
        return manifest
    }

    package func readManifest(of buckets: Set<UInt8>, into sink: any OriginManifestSink) async throws {
        for bucket in buckets.sorted() {
            try await snapshots.states(of: await setHash.generations(of: bucket)) { states in
                try await sink.list(
                    try states.map { state in
                        ManifestEntry(
                            zone: DistributionName.absolute(state.name),
                            generation: UInt64(state.id),
                            version: UInt64(state.version),
                            hash: try Self.hash(state.hash)
                        )
                    }
                )
            }
        }
    }

    package func readZones(generations: [UInt64], into sink: any OriginZoneSink) async throws {
        let ids = generations.compactMap { Int64(exactly: $0) }
        var last: Int64 = 0
        while true {
            let page = try await snapshots.zones(ids, after: last)
            try await admit(page.map(\.zone))
            for body in page { _ = try await hand(body, to: sink) }
            guard let end = page.last else { return }
            last = end.zone.id
        }
    }

    package func checkpoint() async throws -> OriginCheckpoint? {
        try await setHash.checkpoint(of: region)
    }

    package func nodeReported(_ event: OriginNodeEvent, by node: OriginNode) async {
        nodes.take(event, from: node)
        gate?.take(event, from: node)
    }

    package var recordsCounts: Bool { counts != nil }

    package func record(_ reports: [CountReport], by node: OriginNode) async throws {
        try await counts?.keep(reports, of: node.name)
    }

    /// Waits until the consumers may have these states.
    private func admit(_ zones: [PublishedZone]) async throws {
        guard isGated, !zones.isEmpty else { return }
        try await gate?.admit(zones.map { ($0.id, $0.version) })
    }

    /// Hands a zone over; false when it is a large one that is not live any more.
    private func hand(_ body: SnapshotStore.ZoneBody, to sink: any OriginZoneSink) async throws -> Bool {
        if let rrsets = body.rrsets {
            try await Self.hand(body.zone, rrsets, to: sink)
            return true
        }
        return try await bodies.withBody(of: body.zone.id) { lease in
            try await admit([lease.zone])
            try await sink.begin(try Self.zone(lease.zone))
            var index = 0
            while let piece = try lease.piece(index) {
                try await sink.lines(piece)
                index += 1
            }
            try await sink.end()
        }
    }

    private static func zone(_ zone: PublishedZone) throws -> OriginZone {
        OriginZone(
            name: DistributionName.absolute(zone.name),
            generation: UInt64(zone.id),
            version: UInt64(zone.version),
            serial: zone.serial,
            hash: try hash(zone.hash),
            lines: Int(zone.recordCount)
        )
    }

    private static func hand(
        _ zone: PublishedZone,
        _ rrsets: [String],
        to sink: any OriginZoneSink
    ) async throws {
        try await sink.begin(try Self.zone(zone))
        var text = ""
        for rrset in rrsets {
            text += rrset
            if text.utf8.count >= chunk {
                try await sink.lines(text)
                text = ""
            }
        }
        if !text.isEmpty { try await sink.lines(text) }
        try await sink.end()
    }

    private static func entry(_ entry: LogEntry) throws -> OriginEntry {
        var made = OriginEntry(
            position: UInt64(entry.position),
            operation: entry.isDeletion ? .delete : .publish,
            zone: DistributionName.absolute(entry.zoneName),
            generation: UInt64(entry.zoneID),
            baseVersion: entry.baseVersion.map { UInt64($0) },
            version: UInt64(entry.version),
            serial: entry.serial,
            hash: try hash(entry.hash),
            removed: Int(entry.removed),
            added: Int(entry.added),
            diff: entry.diff,
            lane: UInt8(clamping: entry.lane)
        )
        for region in entry.regions { made.regional[region] = try part(of: region, entry) }
        return made
    }

    /// A part that was pruned a moment ago leaves the whole zone to be sent.
    private static func part(of region: String, _ entry: LogEntry) throws -> OriginEntry.Part {
        guard let part = entry.parts[region] else { return OriginEntry.Part(hash: try hash(entry.hash)) }
        return OriginEntry.Part(
            hash: try hash(part.hash),
            removed: Int(part.removed),
            added: Int(part.added),
            diff: part.diff
        )
    }

    private static func hash(_ bytes: [UInt8]) throws -> Hash256 {
        guard let hash = Hash256(bytes: bytes) else {
            throw PostgresError(.decoding, message: "a hash does not have 32 octets")
        }
        return hash
    }
}
