// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Database
import Postgres
import Synchronization
import TestSupport
import Testing
import ZoneStore
import ZoneSync

@testable import GlueService

@Suite struct PostgresOriginSourceTests {
    /// Remembers what it was given.
    private final class Sink: OriginZoneSink {
        struct Received: Sendable {
            var zone: OriginZone
            var lines = ""
            var ended = false
        }
        let zones = Mutex<[Received]>([])

        func begin(_ zone: OriginZone) async throws { zones.withLock { $0.append(Received(zone: zone)) } }
        func lines(_ text: String) async throws { zones.withLock { $0[$0.count - 1].lines += text } }
        func end() async throws { zones.withLock { $0[$0.count - 1].ended = true } }
    }

    @Test func theEpochNamesClusterTimelineAndRestore() async throws {
        let fixture = try await ZoneFixture.make()
        let head = try await fixture.source().head()
        #expect(head.epoch.wholeMatch(of: /\d+:1:0/) != nil)
        #expect(head.head == 0 && head.floor == 0)
        let owner = try fixture.database.pool(.operator, size: 1)
        try await owner.execute("UPDATE distribution.stream SET restore_counter = restore_counter + 1")
        #expect(try await fixture.source().head().epoch.hasSuffix(":1:1"))
    }

    @Test func aSnapshotHandsOverEveryLiveZoneInOrder() async throws {
        let fixture = try await ZoneFixture.make()
        var zones: [Int64] = []
        for number in 0..<5 { zones.append(try await fixture.makeZone("zone\(number).example")) }
        try await fixture.publishAll()
        try await fixture.setActive(zones[2], false)
        try await fixture.publishAll()
        let snapshot = try await fixture.source().snapshot()
        #expect(snapshot.position == 6 && snapshot.zones == 4)
        let sink = Sink()
        try await fixture.source().readZones(after: UInt64(zones[0]), into: sink)
        let received = sink.zones.withLock { $0 }
        #expect(received.map(\.zone.generation) == [zones[1], zones[3], zones[4]].map { UInt64($0) })
        for zone in received {
            #expect(zone.ended)
            #expect(zone.lines.split(separator: "\n").count == zone.zone.lines)
        }
    }

    @Test func oneZoneIsFoundByItsNameOnly() async throws {
        let fixture = try await ZoneFixture.make()
        _ = try await fixture.makeZone("example.com")
        _ = try await fixture.makeZone(".")
        try await fixture.publishAll()
        let sink = Sink()
        #expect(try await fixture.source().readZone(named: "example.com.", into: sink))
        #expect(try await fixture.source().readZone(named: ".", into: sink))
        #expect(try await !fixture.source().readZone(named: "example.org.", into: sink))
        #expect(sink.zones.withLock { $0.map(\.zone.name) } == ["example.com.", "."])
    }

    @Test func whatWasPrunedIsBelowTheFloor() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        for step in 0..<10 {
            try await fixture.publishAll()
            try await fixture.add(zone, "n\(step)", "A", "192.0.2.1")
        }
        try await fixture.publishAll()
        let stream = StreamStore(pool: fixture.glue)
        #expect(try await stream.prune(age: .seconds(3_600), keep: 0, limit: 100) == 0)
        let nodes = NodeStore(pool: fixture.glue, origin: "tests")
        let report = NodeStore.Report(
            name: "ams1",
            role: "responder",
            software: "",
            epoch: "e",
            position: 2,
            isConnected: true
        )
        try await nodes.write([report])
        #expect(try await stream.prune(age: .zero, keep: 4, limit: 100) == 2)
        try await nodes.disconnectAll()
        #expect(try await stream.prune(age: .zero, keep: 4, limit: 100) == 5)
        let source = fixture.source()
        #expect(try await source.head().floor == 7)
        await #expect(throws: OriginSourceError.belowFloor) { try await source.entries(after: 3, limit: 10) }
        #expect(try await source.entries(after: 7, limit: 10).map(\.position) == [8, 9, 10, 11])
        #expect(try await stream.prune(age: .zero, keep: 0, limit: 100) == 4)
        await #expect(throws: OriginSourceError.belowFloor) { try await source.entries(after: 8, limit: 10) }
        #expect(try await source.entries(after: 11, limit: 10).isEmpty)
    }

    @Test func theSetHashFollowsTheLog() async throws {
        let fixture = try await ZoneFixture.make()
        let source = fixture.source()
        let first = try await fixture.makeZone("one.example")
        let second = try await fixture.makeZone("two.example")
        try await fixture.publishAll()
        #expect(try await source.checkpoint()?.zones == 2)
        try await fixture.add(first, "a", "A", "192.0.2.1")
        try await fixture.deleteZone(second)
        _ = try await fixture.makeZone("two.example")
        _ = try await fixture.makeZone("three.example")
        try await fixture.publishAll()
        let followed = try #require(try await source.checkpoint())
        // Another source reads everything anew.
        let fresh = try #require(try await fixture.source().checkpoint())
        #expect(followed == fresh)
        #expect(fresh.zones == 3)
        // Published, but without a position yet: no position describes the state.
        try await fixture.add(first, "b", "A", "192.0.2.1")
        _ = try await fixture.publisher().publishBatch()
        #expect(try await source.checkpoint() == nil)
    }

    @Test func theManifestFollowsTheLogAndListsWhatIsLive() async throws {
        let fixture = try await ZoneFixture.make()
        let source = fixture.source()
        #expect(source.servesManifest)
        var zones: [Int64] = []
        for number in 0..<40 { zones.append(try await fixture.makeZone("zone\(number).example")) }
        try await fixture.publishAll()
        let first = try await source.manifest()
        #expect(first.position == 40 && first.buckets.zones == 40)
        try await fixture.add(zones[3], "a", "A", "192.0.2.1")
        try await fixture.deleteZone(zones[4])
        try await fixture.deleteZone(zones[5])
        try await fixture.publishAll()
        let second = try await source.manifest()
        #expect(second.buckets.zones == 38 && second.position > first.position)
        // Another source reads everything anew.
        #expect(try await fixture.source().manifest() == second)
        let names = try (3...5).map { try Name(text: "zone\($0).example.") }
        #expect(Set(second.buckets.differing(from: first.buckets)) == Set(names.map { ManifestBuckets.index(of: $0) }))

        // A zone that was made again after the manifest is listed in its new life, one that is gone is not.
        try await fixture.deleteZone(zones[6])
        let reborn = try await fixture.makeZone("zone6.example")
        try await fixture.deleteZone(zones[7])
        try await fixture.publishAll()
        let list = ManifestList()
        try await source.readManifest(of: Set(0...UInt8.max), into: list)
        let listed = list.entries.withLock { $0 }
        #expect(Set(listed.map(\.zone)).count == 37 && listed.count == 37)
        #expect(listed.first { $0.zone == "zone6.example." }?.generation == UInt64(reborn))
        let third = try await source.manifest()
        var sums = ManifestBuckets()
        for entry in listed {
            sums.add(
                ZoneSummary(
                    name: try Name(text: entry.zone),
                    generation: entry.generation,
                    version: entry.version,
                    serial: 0,
                    hash: entry.hash
                )
            )
        }
        #expect(sums == third.buckets)

        let sink = Sink()
        let wanted = [zones[0], zones[4], zones[9]].map { UInt64($0) } + [UInt64(reborn), .max]
        try await source.readZones(generations: wanted, into: sink)
        #expect(sink.zones.withLock { $0.map(\.zone.generation) } == [zones[0], zones[9], reborn].map { UInt64($0) })
    }

    private final class ManifestList: OriginManifestSink {
        let entries = Mutex<[ManifestEntry]>([])

        func list(_ zones: [ManifestEntry]) async throws { entries.withLock { $0 += zones } }
    }

    @Test func reportsOfNodesAreWrittenDown() async throws {
        let fixture = try await ZoneFixture.make()
        let store = NodeStore(pool: fixture.glue, origin: "a")
        func report(_ position: Int64, connected: Bool = true) -> NodeStore.Report {
            NodeStore.Report(
                name: "ams1",
                role: "responder",
                software: "tests",
                epoch: "e",
                position: position,
                isConnected: connected
            )
        }
        try await store.write([report(5)])
        #expect(try await store.greatestLag(epoch: "e", head: 12) == 7)
        // It moved to another origin: what the first one says about its end comes too late.
        try await NodeStore(pool: fixture.glue, origin: "b").write([report(9)])
        try await store.write([report(5, connected: false)])
        #expect(try await store.greatestLag(epoch: "e", head: 12) == 3)
        try await NodeStore(pool: fixture.glue, origin: "b").disconnectAll()
        #expect(try await store.greatestLag(epoch: "e", head: 12) == nil)
    }
}
