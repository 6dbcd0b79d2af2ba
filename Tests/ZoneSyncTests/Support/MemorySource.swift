// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization
import ZoneStore
import ZoneSync

/// An origin's source in memory, that can be changed, restored to another history, and made to fail.
final class MemorySource: OriginSource {
    struct State {
        var epoch = "one"
        var floor: UInt64 = 0
        var log: [OriginEntry] = []
        var zones: [String: ZoneFixture] = [:]
        var events: [OriginNodeEvent] = []
        var isBroken = false
        /// Whether reports of counts are taken; those kept, each once; and whether keeping them fails.
        var countsQueries = false
        var reports: [CountReport] = []
        var refusesReports = false
        var servesCheckpoints = false
        /// Whether consumers may reconcile; how often they asked for sums, zones listed, and zones given by generation.
        var servesManifest = false
        var manifests = 0
        var listed = 0
        var fetched: [String] = []
        /// Counts calls of `readZone` and `readZones`.
        var zoneReads = 0
        var snapshots = 0
    }

    struct Broken: Error {}

    let state = Mutex(State())

    /// Publishes a zone; as a difference where the one before allows it and `difference` says so.
    @discardableResult
    func publish(_ zone: ZoneFixture, difference: Bool = true) throws -> UInt64 {
        try state.withLock { state in
            let position = state.floor + UInt64(state.log.count) + 1
            state.log.append(try zone.entry(position, after: difference ? state.zones[zone.name] : nil))
            state.zones[zone.name] = zone
            return position
        }
    }

    /// Publishes that a zone is gone.
    @discardableResult
    func delete(_ name: String) -> UInt64 {
        state.withLock { state in
            let position = state.floor + UInt64(state.log.count) + 1
            let zone = state.zones.removeValue(forKey: name)
            state.log.append(
                OriginEntry(
                    position: position,
                    operation: .delete,
                    zone: name,
                    generation: zone?.generation ?? 0,
                    baseVersion: nil,
                    version: (zone?.version ?? 0) + 1,
                    serial: 0,
                    hash: .zero
                )
            )
            return position
        }
    }

    /// Another history: only these zones, at a position of its own.
    func restore(epoch: String, zones: [ZoneFixture], position: UInt64) {
        state.withLock { state in
            state.epoch = epoch
            state.floor = position
            state.log = []
            state.zones = Dictionary(uniqueKeysWithValues: zones.map { ($0.name, $0) })
        }
    }

    /// Forgets the entries up to the head.
    func prune() {
        state.withLock { state in
            state.floor += UInt64(state.log.count)
            state.log = []
        }
    }

    var setHash: Hash256 {
        get throws {
            try state.withLock { state in
                try state.zones.values.reduce(Hash256.zero) { $0 &+ ZoneDigest.setMember(try $1.summary) }
            }
        }
    }

    var events: [OriginNodeEvent] { state.withLock { $0.events } }

    // MARK: OriginSource

    func head() async throws -> OriginHead {
        try state.withLock { state in
            if state.isBroken { throw Broken() }
            return OriginHead(
                epoch: state.epoch,
                head: state.floor + UInt64(state.log.count),
                floor: state.floor
            )
        }
    }

    func entries(after position: UInt64, limit: Int) async throws -> [OriginEntry] {
        try state.withLock { state in
            if state.isBroken { throw Broken() }
            guard position >= state.floor else { throw OriginSourceError.belowFloor }
            guard let start = Int(exactly: position - state.floor), start < state.log.count else { return [] }
            return Array(state.log[start...].prefix(limit))
        }
    }

    func readZone(named name: String, into sink: any OriginZoneSink) async throws -> Bool {
        let zone = try state.withLock { state in
            if state.isBroken { throw Broken() }
            state.zoneReads += 1
            return state.zones[name]
        }
        guard let zone else { return false }
        try await hand(zone, to: sink)
        return true
    }

    func snapshot() async throws -> OriginSnapshot {
        try state.withLock { state in
            if state.isBroken { throw Broken() }
            state.snapshots += 1
            return OriginSnapshot(
                epoch: state.epoch,
                position: state.floor + UInt64(state.log.count),
                zones: state.zones.count
            )
        }
    }

    func readZones(after generation: UInt64, into sink: any OriginZoneSink) async throws {
        let zones = state.withLock { state in
            state.zones.values.filter { $0.generation > generation }
                .sorted { ($0.generation, $0.name) < ($1.generation, $1.name) }
        }
        for zone in zones {
            state.withLock { $0.zoneReads += 1 }
            try await hand(zone, to: sink)
        }
    }

    var servesManifest: Bool { state.withLock { $0.servesManifest } }

    func manifest() async throws -> OriginManifest {
        try state.withLock { state in
            if state.isBroken { throw Broken() }
            state.manifests += 1
            var buckets = ManifestBuckets()
            for zone in state.zones.values { buckets.add(try zone.summary) }
            return OriginManifest(
                epoch: state.epoch,
                position: state.floor + UInt64(state.log.count),
                buckets: buckets
            )
        }
    }

    func readManifest(of buckets: Set<UInt8>, into sink: any OriginManifestSink) async throws {
        let entries = try state.withLock { state in
            let zones = try state.zones.values.filter {
                buckets.contains(ManifestBuckets.index(of: try $0.summary.name))
            }
            state.listed += zones.count
            return try zones.map { try $0.entryOfManifest }
        }
        // In several pieces, as a source that reads pages would.
        for start in stride(from: 0, to: entries.count, by: 7) {
            try await sink.list(Array(entries[start...].prefix(7)))
        }
    }

    func readZones(generations: [UInt64], into sink: any OriginZoneSink) async throws {
        for generation in generations {
            let zone = state.withLock { state in
                let zone = state.zones.values.first { $0.generation == generation }
                if let zone { state.fetched.append(zone.name) }
                return zone
            }
            if let zone { try await hand(zone, to: sink) }
        }
    }

    func checkpoint() async throws -> OriginCheckpoint? {
        guard state.withLock({ $0.servesCheckpoints }) else { return nil }
        let hash = try setHash
        return state.withLock { state in
            OriginCheckpoint(
                position: state.floor + UInt64(state.log.count),
                zones: state.zones.count,
                setHash: hash
            )
        }
    }

    func nodeReported(_ event: OriginNodeEvent, by node: OriginNode) async {
        state.withLock { $0.events.append(event) }
    }

    var recordsCounts: Bool { state.withLock { $0.countsQueries } }

    func record(_ reports: [CountReport], by node: OriginNode) async throws {
        try state.withLock { state in
            if state.refusesReports { throw Broken() }
            for report in reports {
                let known = state.reports.last { $0.run == report.run }?.sequence ?? 0
                if report.sequence > known { state.reports.append(report) }
            }
        }
    }

    private func hand(_ zone: ZoneFixture, to sink: any OriginZoneSink) async throws {
        try await sink.begin(zone.origin)
        // In two pieces, as a source that reads pages would.
        let half = zone.lines.count / 2
        for part in [zone.lines[..<half], zone.lines[half...]] where !part.isEmpty {
            try await sink.lines(part.map { $0 + "\n" }.joined())
        }
        try await sink.end()
    }
}
