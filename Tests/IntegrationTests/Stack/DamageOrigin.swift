// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Synchronization
import ZoneStore
import ZoneSync

/// An origin's source of a few zones, each published as a whole.
final class DamageOrigin: OriginSource {
    private struct State {
        var zones: [String: OriginZone] = [:]
        var lines: [String: [String]] = [:]
        var log: [OriginEntry] = []
    }

    private let state = Mutex(State())

    /// Publishes a zone or its next version: SOA, NS, and these lines.
    func publish(_ name: String, _ further: [String]) throws {
        try state.withLock { state in
            let version = (state.zones[name]?.version ?? 0) + 1
            let generation = state.zones[name]?.generation ?? UInt64(state.zones.count + 1)
            let lines =
                ["\(name) 300 IN SOA ns.\(name) host.\(name) \(version) 60 60 60 60", "\(name) 300 IN NS ns.\(name)"]
                + further
            let records = try lines.map { try ResourceRecord(line: $0) }
            let rrsets = Dictionary(grouping: records) { RRsetKey(owner: $0.owner, type: $0.type) }.map {
                key,
                members in
                RRset(owner: key.owner, type: key.type, ttl: members[0].ttl, rdatas: members.map(\.rdata))
            }
            let hash = ZoneDigest.zone(rrsets)
            state.log.append(
                OriginEntry(
                    position: UInt64(state.log.count + 1),
                    operation: .publish,
                    zone: name,
                    generation: generation,
                    baseVersion: nil,
                    version: version,
                    serial: UInt32(version),
                    hash: hash
                )
            )
            state.lines[name] = lines
            state.zones[name] = OriginZone(
                name: name,
                generation: generation,
                version: version,
                serial: UInt32(version),
                hash: hash,
                lines: lines.count
            )
        }
    }

    func head() async throws -> OriginHead {
        state.withLock { OriginHead(epoch: "e", head: UInt64($0.log.count), floor: 0) }
    }

    func entries(after position: UInt64, limit: Int) async throws -> [OriginEntry] {
        state.withLock { Array($0.log.dropFirst(Int(position)).prefix(limit)) }
    }

    func readZone(named name: String, into sink: any OriginZoneSink) async throws -> Bool {
        let found = state.withLock { state in state.zones[name].map { ($0, state.lines[name] ?? []) } }
        guard let (zone, lines) = found else { return false }
        try await hand(zone, lines, to: sink)
        return true
    }

    func snapshot() async throws -> OriginSnapshot {
        state.withLock { OriginSnapshot(epoch: "e", position: UInt64($0.log.count), zones: $0.zones.count) }
    }

    func readZones(after generation: UInt64, into sink: any OriginZoneSink) async throws {
        let zones = state.withLock { state in
            state.zones.values.filter { $0.generation > generation }.sorted { $0.generation < $1.generation }
                .map { ($0, state.lines[$0.name] ?? []) }
        }
        for (zone, lines) in zones { try await hand(zone, lines, to: sink) }
    }

    func nodeReported(_ event: OriginNodeEvent, by node: OriginNode) async {}

    private func hand(_ zone: OriginZone, _ lines: [String], to sink: any OriginZoneSink) async throws {
        try await sink.begin(zone)
        try await sink.lines(lines.map { $0 + "\n" }.joined())
        try await sink.end()
    }
}
