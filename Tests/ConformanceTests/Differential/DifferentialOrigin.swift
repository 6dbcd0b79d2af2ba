// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import ZoneSync

/// An origin's source of zones that do not change.
struct DifferentialOrigin: OriginSource {
    let zones: [DifferentialZone]

    func head() async throws -> OriginHead {
        OriginHead(epoch: "e", head: 1, floor: 1)
    }

    func entries(after position: UInt64, limit: Int) async throws -> [OriginEntry] { [] }

    func readZone(named name: String, into sink: any OriginZoneSink) async throws -> Bool {
        guard let index = zones.firstIndex(where: { $0.name.text == name }) else { return false }
        try await hand(index, to: sink)
        return true
    }

    func snapshot() async throws -> OriginSnapshot {
        OriginSnapshot(epoch: "e", position: 1, zones: zones.count)
    }

    func readZones(after generation: UInt64, into sink: any OriginZoneSink) async throws {
        for index in zones.indices where UInt64(index + 1) > generation { try await hand(index, to: sink) }
    }

    func nodeReported(_ event: OriginNodeEvent, by node: OriginNode) async {}

    private func hand(_ index: Int, to sink: any OriginZoneSink) async throws {
        let zone = zones[index]
        let lines = zone.protocolLines
        let head = OriginZone(
            name: zone.name.text,
            generation: UInt64(index + 1),
            version: 1,
            serial: zone.serial,
            hash: zone.hash,
            lines: lines.count
        )
        try await sink.begin(head)
        try await sink.lines(lines.map { $0 + "\n" }.joined())
        try await sink.end()
    }
}
