// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization
import ZoneSync

/// An origin's source of the one changing zone.
final class SecondaryOrigin: OriginSource {
    private struct State {
        var zone: SecondaryZone
        var log: [OriginEntry] = []
    }

    private let state: Mutex<State>

    init(_ zone: SecondaryZone) {
        state = Mutex(State(zone: zone))
    }

    /// The zone as it is now.
    var zone: SecondaryZone { state.withLock { $0.zone } }

    /// Publishes the next version.
    func advance() throws {
        try state.withLock { $0.log.append(try $0.zone.advance()) }
    }

    /// Publishes a master file as the next version.
    func advance(to file: String) throws {
        try state.withLock { $0.log.append(try $0.zone.advance(to: file)) }
    }

    func head() async throws -> OriginHead {
        state.withLock { OriginHead(epoch: "e", head: $0.zone.version, floor: 1) }
    }

    func entries(after position: UInt64, limit: Int) async throws -> [OriginEntry] {
        try state.withLock { state in
            guard position >= 1 else { throw OriginSourceError.belowFloor }
            return Array(state.log.dropFirst(Int(position - 1)).prefix(limit))
        }
    }

    func readZone(named name: String, into sink: any OriginZoneSink) async throws -> Bool {
        guard name == SecondaryZone.name else { return false }
        try await hand(zone, to: sink)
        return true
    }

    func snapshot() async throws -> OriginSnapshot {
        OriginSnapshot(epoch: "e", position: zone.version, zones: 1)
    }

    func readZones(after generation: UInt64, into sink: any OriginZoneSink) async throws {
        if generation < 1 { try await hand(zone, to: sink) }
    }

    func nodeReported(_ event: OriginNodeEvent, by node: OriginNode) async {}

    private func hand(_ zone: SecondaryZone, to sink: any OriginZoneSink) async throws {
        let lines = zone.lines
        try await sink.begin(zone.origin(lines: lines.count))
        try await sink.lines(lines.map { $0 + "\n" }.joined())
        try await sink.end()
    }
}
