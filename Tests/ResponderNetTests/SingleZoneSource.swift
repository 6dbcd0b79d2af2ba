// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Synchronization
import ZoneStore
import ZoneSync

/// An origin's source with one zone, `example.`, whose name `www` has the address that was published last.
final class SingleZoneSource: OriginSource {
    private let address = Mutex<UInt8>(1)

    /// Publishes the next version.
    func publish() {
        address.withLock { $0 += 1 }
    }

    func head() async throws -> OriginHead {
        OriginHead(epoch: "e", head: UInt64(address.withLock { $0 }), floor: 0)
    }

    func entries(after position: UInt64, limit: Int) async throws -> [OriginEntry] {
        let head = try await head().head
        guard position < head else { return [] }
        return try (position + 1...head).prefix(limit).map { position in
            let zone = try Self.zone(UInt8(clamping: position))
            return OriginEntry(
                position: position,
                operation: .publish,
                zone: zone.head.name,
                generation: 1,
                baseVersion: nil,
                version: position,
                serial: zone.head.serial,
                hash: zone.head.hash
            )
        }
    }

    func readZone(named name: String, into sink: any OriginZoneSink) async throws -> Bool {
        try await hand(to: sink)
        return true
    }

    func snapshot() async throws -> OriginSnapshot {
        OriginSnapshot(epoch: "e", position: try await head().head, zones: 1)
    }

    func readZones(after generation: UInt64, into sink: any OriginZoneSink) async throws {
        if generation < 1 { try await hand(to: sink) }
    }

    func nodeReported(_ event: OriginNodeEvent, by node: OriginNode) async {}

    private func hand(to sink: any OriginZoneSink) async throws {
        let zone = try Self.zone(address.withLock { $0 })
        try await sink.begin(zone.head)
        try await sink.lines(zone.lines.map { $0 + "\n" }.joined())
        try await sink.end()
    }

    private static func zone(_ version: UInt8) throws -> (head: OriginZone, lines: [String]) {
        let lines = [
            "example. 60 IN SOA ns.example. host.example. \(version) 60 60 60 60", "example. 60 IN NS ns.example.",
            "www.example. 60 IN A 192.0.2.\(version)",
        ]
        let rrsets = try lines.map { line in
            let record = try ResourceRecord(line: line)
            return RRset(owner: record.owner, type: record.type, ttl: record.ttl, rdatas: [record.rdata])
        }
        let head = OriginZone(
            name: "example.",
            generation: 1,
            version: UInt64(version),
            serial: UInt32(version),
            hash: ZoneDigest.zone(rrsets),
            lines: lines.count
        )
        return (head, lines)
    }
}
