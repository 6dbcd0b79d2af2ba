// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Postgres
import TestSupport
import Testing
import ZoneSync

@testable import GlueService

@Suite struct AliasPublicationTests {
    private static let target = "lb.example.net"

    /// Takes what is due and gives it these addresses, as a worker does.
    private func resolve(_ fixture: ZoneFixture, _ addresses: AliasAddresses) async throws -> Int {
        let store = AliasStore(pool: try fixture.database.pool(.worker))
        let claimed = try await store.claim(limit: 100, lease: 60)
        return try await store.record(
            claimed.map {
                AliasResult(
                    name: $0.name,
                    claim: $0.claim,
                    state: .resolved,
                    addresses: addresses,
                    isChange: $0.addresses != addresses,
                    wait: 0
                )
            }
        )
    }

    private func lines(_ fixture: ZoneFixture, at owner: String) async throws -> [String] {
        try #require(try await fixture.lines("example.com")).filter {
            $0.hasPrefix("\(owner) ") && !$0.contains(" SOA ")
        }
    }

    @Test func `nothing is published until the target is resolved, and then its addresses beside what else is there`()
        async throws
    {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        try await fixture.add(zone, "", "ALIAS", "LB.example.net", ttl: 600)
        try await fixture.publishAll()
        #expect(try await lines(fixture, at: "example.com.") == ["example.com. 3600 IN NS ns1.example.net."])
        let count = try await resolve(
            fixture,
            AliasAddresses(a: ["192.0.2.7", "192.0.2.8"], aaaa: ["2001:db8::7"], ttl: 60)
        )
        #expect(count == 1)
        try await fixture.publishAll()
        #expect(
            try await lines(fixture, at: "example.com.") == [
                "example.com. 3600 IN NS ns1.example.net.", "example.com. 60 IN A 192.0.2.7",
                "example.com. 60 IN A 192.0.2.8", "example.com. 60 IN AAAA 2001:db8::7",
            ]
        )
        #expect(try await fixture.hashIsRight("example.com"))
        // The touched name and the serial only.
        let entry = try #require(try await fixture.source().entries(after: 1, limit: 10).last)
        #expect(entry.added == 4 && entry.removed == 0)
    }

    @Test
    func `a record whose target is known already is published with its addresses at once, its TTL the lesser one`()
        async throws
    {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        try await fixture.add(zone, "one", "ALIAS", Self.target)
        try await fixture.publishAll()
        _ = try await resolve(fixture, AliasAddresses(a: ["192.0.2.7"], ttl: 300))
        try await fixture.publishAll()
        try await fixture.add(zone, "two", "ALIAS", Self.target, ttl: 60)
        try await fixture.publishAll()
        #expect(try await lines(fixture, at: "two.example.com.") == ["two.example.com. 60 IN A 192.0.2.7"])
        // Whole, too.
        try await fixture.change(zone, names: nil) { _ in }
        try await fixture.publishAll()
        #expect(try await lines(fixture, at: "one.example.com.") == ["one.example.com. 300 IN A 192.0.2.7"])
        #expect(try await fixture.hashIsRight("example.com"))
    }

    @Test func `one change of a target reaches every zone that has it, and an unchanged one none`() async throws {
        let fixture = try await ZoneFixture.make()
        for number in 0..<20 {
            let zone = try await fixture.makeZone("zone\(number).example")
            try await fixture.add(zone, "", "ALIAS", Self.target)
            try await fixture.add(zone, "shop", "ALIAS", Self.target)
        }
        try await fixture.publishAll()
        #expect(try await resolve(fixture, AliasAddresses(a: ["192.0.2.7"], ttl: 60)) == 20)
        try await fixture.publishAll()
        for number in 0..<20 {
            let lines = try #require(try await fixture.lines("zone\(number).example"))
            #expect(lines.count { $0.hasSuffix(" 60 IN A 192.0.2.7") } == 2)
        }
        #expect(try await resolve(fixture, AliasAddresses(a: ["192.0.2.7"], ttl: 60)) == 0)
        #expect(try await OutboxStore(pool: fixture.glue).backlog().rows == 0)
        #expect(try await resolve(fixture, AliasAddresses(ttl: 60)) == 20)
        try await fixture.publishAll()
        #expect(try await fixture.lines("zone3.example")?.count == 3)
    }

    @Test func `an owner's own addresses of a type win over the target's`() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        try await fixture.add(zone, "www", "ALIAS", Self.target)
        try await fixture.publishAll()
        _ = try await resolve(fixture, AliasAddresses(a: ["192.0.2.7"], aaaa: ["2001:db8::7"], ttl: 60))
        try await fixture.publishAll()
        #expect(
            try await lines(fixture, at: "www.example.com.") == [
                "www.example.com. 3600 IN A 192.0.2.1", "www.example.com. 60 IN AAAA 2001:db8::7",
            ]
        )
        try await fixture.remove(zone, "www", "A")
        try await fixture.publishAll()
        #expect(try await lines(fixture, at: "www.example.com.").first == "www.example.com. 60 IN A 192.0.2.7")
        try await fixture.remove(zone, "www", "ALIAS")
        try await fixture.publishAll()
        #expect(try await lines(fixture, at: "www.example.com.").isEmpty)
    }

    @Test func `a publication waits for a change that is being written, and has it`() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        try await fixture.add(zone, "one", "ALIAS", Self.target)
        try await fixture.publishAll()
        _ = try await resolve(fixture, AliasAddresses(a: ["192.0.2.7"], ttl: 60))
        try await fixture.publishAll()
        let pool = try fixture.database.pool(.worker)
        let (changes, changed) = AsyncStream.makeStream(of: Void.self)
        async let change: Void = pool.withTransaction { transaction in
            try await transaction.execute(
                "UPDATE distribution.alias_target SET a = '{192.0.2.8}' WHERE name = \(Self.target)"
            )
            // It has looked for the users of the target by now.
            changed.yield()
            try await waitUntilBlocked(fixture)
        }
        for await _ in changes { break }
        try await fixture.add(zone, "two", "ALIAS", Self.target)
        try await fixture.publishAll()
        try await change
        #expect(try await lines(fixture, at: "two.example.com.") == ["two.example.com. 60 IN A 192.0.2.8"])
    }

    private func waitUntilBlocked(_ fixture: ZoneFixture) async throws {
        let pool = try fixture.database.pool(.superuser)
        let deadline = ContinuousClock.now + .seconds(60)
        while ContinuousClock.now < deadline {
            let blocked: Int64 =
                try await pool.query(
                    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FOR SHARE%'"
                ).first?.decode(0) ?? 0
            if blocked > 0 { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("the publisher never waited")
    }
}
