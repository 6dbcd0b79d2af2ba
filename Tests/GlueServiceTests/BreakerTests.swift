// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Postgres
import TestSupport
import Testing

@testable import GlueService

/// Twenty zones, of which four (20 %) may go.
@Suite struct BreakerTests {
    private static let limits = BreakerLimits(share: 20, zones: 2, window: .seconds(600))

    private let fixture: ZoneFixture
    private let zones: [Int64]
    private let store: BreakerStore

    init() async throws {
        fixture = try await ZoneFixture.make()
        var zones: [Int64] = []
        for number in 0..<20 { zones.append(try await fixture.makeZone("z\(number).example.com")) }
        self.zones = zones
        store = BreakerStore(pool: fixture.glue)
        try await publish()
    }

    private func publish(_ limits: BreakerLimits = BreakerTests.limits, batchSize: Int = 64) async throws {
        let publisher = fixture.publisher(batchSize: batchSize, breaker: limits)
        while try await publisher.publishBatch() > 0 {}
    }

    /// Removes the zones as the web tier does, in one transaction.
    private func delete(_ zones: some Sequence<Int64>) async throws {
        try await fixture.web.withTransaction { transaction in
            try await transaction.execute(
                """
                WITH gone AS (DELETE FROM app.zone WHERE id = ANY (\(Array(zones))) RETURNING id, name, version)
                INSERT INTO distribution.outbox (zone_id, zone_name, version, op, names, request_id)
                SELECT id, name, version + 1, 'D', NULL, gen_random_uuid() FROM gone
                """
            )
        }
    }

    private func live() async throws -> Int {
        try await fixture.glue.query("SELECT count(*) FROM distribution.zone WHERE live").first?.decode(0) ?? 0
    }

    @Test func `a fifth of the zones may go`() async throws {
        try await delete(zones[0..<2])
        try await publish()
        try await delete(zones[2..<4])
        try await publish()
        #expect(try await live() == 16)
        #expect(try await store.state().openSince == nil)
    }

    @Test(arguments: [1, 64])
    func `more are held from the first on, and everything else flows`(batchSize: Int) async throws {
        try await delete(zones[0..<5])
        try await fixture.add(zones[19], "mail", "A", "192.0.2.7")
        try await publish(batchSize: batchSize)
        #expect(try await live() == 20)
        #expect(try await fixture.published(zones[19])?.recordCount == 4)
        let state = try await store.state()
        #expect(state.openSince != nil && state.heldZones == 5 && state.names.first == "z0.example.com")
        #expect(state.reason == "more than 4 of 20 zones would be removed or emptied")
        // It stays open: one more zone is held, too, and a change that takes nothing away is not.
        try await delete([zones[5]])
        try await fixture.add(zones[18], "mail", "A", "192.0.2.7")
        try await publish(batchSize: batchSize)
        #expect(try await live() == 20)
        #expect(try await store.state().heldZones == 6)
        #expect(try await fixture.published(zones[18])?.recordCount == 4)
    }

    @Test func `a release lets go what waits, and counts anew`() async throws {
        #expect(try await store.release() == nil)
        try await delete(zones[0..<10])
        try await publish()
        #expect(try await live() == 20)
        #expect(try await store.release() == 10)
        try await publish()
        #expect(try await live() == 10)
        let state = try await store.state()
        #expect(state.openSince == nil && state.heldZones == 0)
        // Of ten zones two may go.
        try await delete(zones[10..<12])
        try await publish()
        #expect(try await live() == 8)
        try await delete([zones[12]])
        try await publish()
        #expect(try await live() == 8)
        #expect(try await store.state().heldZones == 1)
    }

    @Test func `zones that lose their data count like those that go`() async throws {
        for zone in zones[0..<4] { try await fixture.remove(zone, "www", "A") }
        try await delete([zones[4]])
        try await fixture.setActive(zones[5], false)
        try await publish()
        #expect(try await live() == 20)
        #expect(try await store.state().heldZones == 6)
        // What is filled again is no loss any more.
        try await fixture.add(zones[0], "www", "A", "192.0.2.9")
        try await publish()
        #expect(try await fixture.lines("z0.example.com")?.contains("www.z0.example.com. 3600 IN A 192.0.2.9") == true)
        #expect(try await store.state().heldZones == 5)
    }

    @Test func `a zone that was empty before is none that is emptied`() async throws {
        for zone in zones[0..<4] { try await fixture.remove(zone, "www", "A") }
        try await publish()
        #expect(try await store.state().openSince == nil)
        for zone in zones[0..<4] {
            try await fixture.change(zone, names: [""]) { transaction in
                try await transaction.execute("UPDATE app.record SET ttl = 60 WHERE zone_id = \(zone) AND type = 'NS'")
            }
        }
        try await publish()
        #expect(try await store.state().openSince == nil)
        #expect(
            try await fixture.lines("z3.example.com")?.contains("z3.example.com. 60 IN NS ns1.example.net.") == true
        )
    }

    @Test func `what went before the window counts no longer`() async throws {
        try await delete(zones[0..<4])
        try await publish()
        try await fixture.glue.execute("UPDATE distribution.withdrawal SET at = now() - interval '11 minutes'")
        try await fixture.glue.execute("UPDATE distribution.breaker SET counted_at = now() - interval '11 minutes'")
        try await delete(zones[4..<7])
        try await publish()
        #expect(try await live() == 13)
        #expect(try await store.state().openSince == nil)
        // Three of sixteen are within the window: not one more.
        try await delete([zones[7]])
        try await publish()
        #expect(try await live() == 13)
    }

    @Test func `two publishers count each other's zones`() async throws {
        try await delete(zones[0..<3])
        for zone in zones[3..<6] { try await fixture.remove(zone, "www", "A") }
        let publishers = [1, 1].map { fixture.publisher(batchSize: $0, breaker: Self.limits) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for publisher in publishers {
                group.addTask { while try await publisher.publishBatch() > 0 {} }
            }
            try await group.waitForAll()
        }
        try await publish()
        let emptied = try await fixture.glue.query("SELECT count(*) FROM distribution.zone WHERE live AND rr_count = 2")
        let gone = 20 - (try await live()) + (try #require(try emptied.first?.decode(0) as Int?))
        #expect(gone <= 4)
        #expect(try await store.state().heldZones == Int64(6 - gone))
    }

    @Test func `a share of 100 percent is no limit`() async throws {
        try await delete(zones)
        try await publish(BreakerLimits(share: 100))
        #expect(try await live() == 0)
    }
}
