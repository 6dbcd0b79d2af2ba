// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Logging
import NIOPosix
import Synchronization
import Testing
import ZoneStore
import ZoneSync

@testable import GlueService

/// What a relay gives of its replica, and what it keeps for itself.
@Suite struct ReplicaOriginSourceTests {
    /// Keeps what a source hands over.
    private actor Sink: OriginZoneSink, OriginManifestSink {
        private(set) var zones: [OriginZone] = []
        private(set) var bodies: [String] = []
        private(set) var listed: [ManifestEntry] = []

        func begin(_ zone: OriginZone) {
            zones.append(zone)
            bodies.append("")
        }

        func lines(_ text: String) { bodies[bodies.count - 1] += text }
        func end() {}
        func list(_ zones: [ManifestEntry]) { listed += zones }
    }

    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("relay-\(UUID().uuidString)")
        .path

    private static func contents(
        _ name: String,
        _ generation: UInt64,
        _ version: UInt64,
        hosts: Int = 1
    ) throws -> ZoneContents {
        let apex = try Name(text: name)
        let lines =
            ["\(name) 300 IN SOA ns.\(name) host.\(name) \(version) 60 60 60 60", "\(name) 300 IN NS NS.\(name)"]
            + (0..<hosts).map {
                "h\($0).\(name) 60 IN TXT \"version \(version)\" \"\(String(repeating: "x", count: 200))\""
            }
        let rrsets = try lines.map { line in
            let record = try ResourceRecord(line: line)
            return RRset(owner: record.owner, type: record.type, ttl: record.ttl, rdatas: [record.rdata])
        }
        return ZoneContents(
            name: apex,
            generation: generation,
            version: version,
            serial: UInt32(version),
            hash: ZoneDigest.zone(rrsets),
            rrsets: rrsets
        )
    }

    private func withSource(
        _ body: (ZoneStore, ReplicaOriginSource) async throws -> Void
    ) async throws {
        let store = try ZoneStore(
            path: folder,
            mapSize: 64 << 20,
            streamLog: StreamLogLimits(),
            digest: ZoneDigest.sha256
        )
        let thread = NIOThreadPool(numberOfThreads: 1)
        thread.start()
        let client = FollowerClient(
            configuration: .init(node: OriginNode(name: "relay", role: "relay", software: ""), upstreams: []),
            store: store,
            logger: Logger(label: "tests")
        )
        let source = ReplicaOriginSource(
            store: store,
            client: client,
            outbox: RelayOutbox(),
            name: "relay",
            thread: thread
        )
        do {
            try await body(store, source)
        } catch {
            try await thread.shutdownGracefully()
            throw error
        }
        try await thread.shutdownGracefully()
        try FileManager.default.removeItem(atPath: folder)
    }

    @Test func nothingIsGivenOfAReplicaThatIsBeingFilled() async throws {
        try await withSource { store, source in
            let zone = try Self.contents("a.test.", 1, 1)
            await #expect(throws: RelayError.self) { try await source.head() }
            _ = try store.apply([.replace(zone)], position: StreamPosition(epoch: "e", position: 0), log: .filling)
            await #expect(throws: RelayError.self) { try await source.head() }
            await #expect(throws: RelayError.self) { try await source.snapshot() }
            await #expect(throws: RelayError.self) { try await source.entries(after: 0, limit: 10) }
            await #expect(throws: RelayError.self) { try await source.readZone(named: "a.test.", into: Sink()) }
            await #expect(throws: RelayError.self) { try await source.readZones(after: 0, into: Sink()) }
            await #expect(throws: (any Error).self) { try await source.manifest() }
            _ = try store.apply([], position: StreamPosition(epoch: "e", position: 4), log: .filled)
            #expect(try await source.head() == OriginHead(epoch: "e", head: 4, floor: 4))
            #expect(try await source.snapshot() == OriginSnapshot(epoch: "e", position: 4, zones: 1))
            await #expect(throws: OriginSourceError.belowFloor) { try await source.entries(after: 3, limit: 10) }
            #expect(try await source.entries(after: 4, limit: 10).isEmpty)
            // A snapshot that was begun before does not go on in the next state.
            source.noteFilling()
            #expect(try await source.checkpoint() == nil)
        }
    }

    @Test func aChangeOfALargeZoneIsPassedOnAsADifference() async throws {
        try await withSource { store, source in
            let before = try Self.contents("a.test.", 7, 1, hosts: 20_000)
            let after = try Self.contents("a.test.", 7, 2, hosts: 1)
            let soa = try #require(after.rrsets.first { $0.type == .soa })
            let text = try #require(after.rrsets.first { $0.type == .txt })
            let rrsets = before.rrsets.map { $0.key == soa.key ? soa : $0.key == text.key ? text : $0 }
            let gone = RRsetKey(owner: try Name(text: "H5.a.test."), type: .txt)
            let update = ZoneUpdate(
                name: before.name,
                generation: 7,
                base: 1,
                version: 2,
                serial: 2,
                hash: ZoneDigest.zone(rrsets.filter { $0.owner.lowercased() != gone.owner.lowercased() }),
                removed: [gone],
                rrsets: [soa, text]
            )
            _ = try store.apply([.replace(before)], position: StreamPosition(epoch: "e", position: 1), log: .filled)
            let outcome = try store.apply(
                [.update(update)],
                position: StreamPosition(epoch: "e", position: 4),
                log: .entries([3])
            )
            #expect(outcome == [.applied])
            let entries = try await source.entries(after: 1, limit: 10)
            #expect(entries.map(\.position) == [2, 3, 4])
            #expect(entries.map(\.operation) == [.nothing, .publish, .nothing])
            let diff = try #require(entries[1].diff)
            #expect(entries[1].baseVersion == 1 && entries[1].removed == 1 && entries[1].added == 2)
            #expect(diff.hasPrefix("-h5.a.test. TXT\n+a.test. 300 IN SOA "))
            #expect(diff.utf8.count < 1_000)

            // The whole of it, 5 MB, comes in pieces from a file that is gone already, and is what is held.
            let sink = Sink()
            #expect(try await source.readZone(named: "a.test.", into: sink))
            let zone = try #require(await sink.zones.first)
            let lines = try #require(await sink.bodies.first).split(separator: "\n")
            #expect(zone.lines == lines.count && zone.lines == 20_001 && zone.version == 2)
            let records = try lines.map { try ResourceRecord(line: $0) }
            let read = records.map { RRset(owner: $0.owner, type: $0.type, ttl: $0.ttl, rdatas: [$0.rdata]) }
            #expect(ZoneDigest.zone(read) == update.hash)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["data.mdb", "lock.mdb"])
            #expect(try await !source.readZone(named: "b.test.", into: sink))
        }
    }

    @Test func zonesComeInTheOrderOfTheirGenerationsAndAddUpToTheManifest() async throws {
        try await withSource { store, source in
            let generations = (1...600).map { UInt64($0) * 7 % 601 }
            let zones = try generations.map {
                try ZoneOperation.replace(Self.contents("z\($0).test.", $0, 1, hosts: 40))
            }
            _ = try store.apply(zones, position: StreamPosition(epoch: "e", position: 9), log: .filled)
            let sink = Sink()
            try await source.readZones(after: 5, into: sink)
            #expect(await sink.zones.map(\.generation) == Array(6...600))
            let manifest = try await source.manifest()
            #expect(manifest.epoch == "e" && manifest.position == 9)
            #expect(manifest.buckets.zones == 600)
            #expect(try manifest.buckets.setHash == store.setHash())
            let some: Set<UInt8> = [0, 77, 255]
            let list = Sink()
            try await source.readManifest(of: some, into: list)
            let listed = await list.listed
            #expect(listed.count == some.reduce(0) { $0 + manifest.buckets[$1].zones } && !listed.isEmpty)
            #expect(listed.allSatisfy { some.contains(ManifestBuckets.index(of: (try? Name(text: $0.zone)) ?? .root)) })
            let few = Sink()
            try await source.readZones(generations: [3, 599, 900], into: few)
            #expect(await few.zones.map(\.name) == ["z3.test.", "z599.test."])
            // Another state has other sums.
            _ = try store.apply(
                [.delete(name: try Name(text: "z3.test."), generation: 3, version: 9)],
                position: StreamPosition(epoch: "f", position: 2),
                log: .filled
            )
            let next = try await source.manifest()
            #expect(next.epoch == "f" && next.buckets.zones == 599)
        }
    }
}
