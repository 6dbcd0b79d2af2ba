// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Postgres
import TestSupport
import Testing
import ZoneSync

@testable import GlueService

@Suite struct PublisherTests {
    @Test func aNewZoneIsPublishedWholeWithItsOwnSerial() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        try await fixture.publishAll()
        #expect(
            try await fixture.lines("example.com") == [
                "example.com. 3600 IN NS ns1.example.net.",
                "example.com. 3600 IN SOA ns1.example.net. hostmaster.example.net. 7 86400 7200 604800 300",
                "www.example.com. 3600 IN A 192.0.2.1",
            ]
        )
        let published = try #require(try await fixture.published(zone))
        #expect(published.version == 1)
        #expect(published.recordCount == 3)
        #expect(try await fixture.hashIsRight("example.com"))
        let entries = try await fixture.source().entries(after: 0, limit: 10)
        #expect(entries.map(\.position) == [1])
        #expect(entries[0].baseVersion == nil && entries[0].diff == nil)
    }

    @Test func aChangeWritesTheTouchedRRsetsAndTheSerialOnly() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        try await fixture.publishAll()
        // Behind the publisher's back: were the whole zone rendered, this would be published too.
        try await fixture.web.execute("UPDATE app.record SET content = '192.0.2.99' WHERE name = 'www'")
        try await fixture.add(zone, "mail", "A", "192.0.2.7")
        try await fixture.add(zone, "mail", "A", "192.0.2.8", ttl: 60)
        try await fixture.publishAll()
        let entry = try #require(try await fixture.source().entries(after: 1, limit: 10).first)
        #expect(entry.baseVersion == 1 && entry.version == 3)
        #expect(entry.added == 3 && entry.removed == 0)
        // The time (1000) is ahead of 7; the TTL is the lesser of the two.
        #expect(
            entry.diff == """
                +example.com. 3600 IN SOA ns1.example.net. hostmaster.example.net. 1000 86400 7200 604800 300
                +mail.example.com. 60 IN A 192.0.2.7
                +mail.example.com. 60 IN A 192.0.2.8

                """
        )
        #expect(try await fixture.lines("example.com")?.contains("www.example.com. 3600 IN A 192.0.2.1") == true)
        #expect(try await fixture.hashIsRight("example.com"))
    }

    @Test func typesOfThePlatformAreNotPublishedAsSuch() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        try await fixture.publishAll()
        let lines = try await fixture.lines("example.com")
        // By the touched name, alone and beside another type.
        try await fixture.add(zone, "alias", "ALIAS", "target.example.net")
        try await fixture.add(zone, "pool", "POOL", "target.example.net")
        try await fixture.add(zone, "www", "URL", "https://example.net/")
        try await fixture.publishAll()
        let without = try #require(lines).filter { !$0.contains(" SOA ") }
        #expect(try await fixture.lines("example.com")?.filter { !$0.contains(" SOA ") } == without)
        #expect(try await fixture.published(zone)?.recordCount == 3)
        // And by the whole zone.
        try await fixture.change(zone, names: nil) { transaction in
            try await transaction.execute("UPDATE app.record SET content = '192.0.2.2' WHERE type = 'A'")
        }
        try await fixture.publishAll()
        #expect(
            try await fixture.lines("example.com")?.filter { !$0.contains(" SOA ") } == [
                "example.com. 3600 IN NS ns1.example.net.", "www.example.com. 3600 IN A 192.0.2.2",
            ]
        )
        #expect(try await fixture.hashIsRight("example.com"))
        // What a platform type takes the place of goes.
        try await fixture.change(zone, names: ["www"]) { transaction in
            try await transaction.execute("DELETE FROM app.record WHERE name = 'www' AND type = 'A'")
        }
        try await fixture.publishAll()
        #expect(try await fixture.published(zone)?.recordCount == 2)
        #expect(try await fixture.hashIsRight("example.com"))
    }

    @Test func aRemovedRRsetLeavesARemovalLine() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        try await fixture.publishAll()
        try await fixture.remove(zone, "www", "A")
        try await fixture.publishAll()
        let entry = try #require(try await fixture.source().entries(after: 1, limit: 10).first)
        #expect(entry.removed == 1 && entry.added == 1)
        #expect(entry.diff?.hasPrefix("-www.example.com. A\n+example.com. 3600 IN SOA ") == true)
        #expect(try await fixture.published(zone)?.recordCount == 2)
        #expect(try await fixture.hashIsRight("example.com"))
    }

    @Test func aWholeZoneIsComparedWithWhatIsPublished() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        try await fixture.publishAll()
        try await fixture.change(zone, names: nil) { transaction in
            try await transaction.execute("UPDATE app.record SET content = '192.0.2.2' WHERE name = 'www'")
        }
        try await fixture.publishAll()
        let entry = try #require(try await fixture.source().entries(after: 1, limit: 10).first)
        #expect(entry.added == 2 && entry.removed == 0)
        #expect(entry.diff?.contains("+www.example.com. 3600 IN A 192.0.2.2\n") == true)
        #expect(entry.diff?.contains(" NS ") == false)
        #expect(try await fixture.hashIsRight("example.com"))
    }

    @Test func targetsKeepTheCaseTheyWereTypedIn() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        try await fixture.add(zone, "shop", "CNAME", "Shops.Example.NET")
        try await fixture.publishAll()
        #expect(
            try await fixture.lines("example.com")?.contains("shop.example.com. 3600 IN CNAME Shops.Example.NET.")
                == true
        )
    }

    @Test func deactivatingTakesTheZoneOffAndActivatingBringsItBack() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        try await fixture.publishAll()
        try await fixture.setActive(zone, false)
        try await fixture.publishAll()
        #expect(try await fixture.lines("example.com") == nil)
        #expect(try await fixture.published(zone)?.isLive == false)
        try await fixture.setActive(zone, true)
        try await fixture.publishAll()
        let entries = try await fixture.source().entries(after: 0, limit: 10)
        #expect(entries.map(\.operation) == [.publish, .delete, .publish])
        #expect(entries.map(\.version) == [1, 2, 3])
        #expect(entries[2].baseVersion == nil && entries[2].serial == 1_000)
        #expect(try await fixture.hashIsRight("example.com"))
    }

    @Test func aZoneMadeAgainHasAGreaterGeneration() async throws {
        let fixture = try await ZoneFixture.make()
        let first = try await fixture.makeZone("example.com")
        try await fixture.publishAll()
        try await fixture.deleteZone(first)
        let second = try await fixture.makeZone("example.com")
        try await fixture.publishAll()
        let entries = try await fixture.source().entries(after: 0, limit: 10)
        #expect(entries.map(\.operation) == [.publish, .delete, .publish])
        #expect(entries.map(\.generation) == [UInt64(first), UInt64(first), UInt64(second)])
        #expect(second > first)
        #expect(try await fixture.lines("example.com")?.count == 3)
    }

    @Test func aZoneThatWasNeverPublishedAndIsGoneLeavesNothing() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        try await fixture.deleteZone(zone)
        try await fixture.publishAll()
        #expect(try await fixture.source().entries(after: 0, limit: 10).isEmpty)
        #expect(try await OutboxStore(pool: fixture.glue).backlog().rows == 0)
    }

    @Test func aPoisonZoneHoldsUpNobodyAndRecovers() async throws {
        let fixture = try await ZoneFixture.make()
        let good = try await fixture.makeZone("good.example")
        let bad = try await fixture.makeZone("bad.example")
        try await fixture.publishAll()
        try await fixture.add(bad, "www", "CNAME", "elsewhere.example")
        try await fixture.add(good, "mail", "A", "192.0.2.7")
        try await fixture.publishAll()
        #expect(try await fixture.published(good)?.version == 2)
        // What was published of it stays.
        #expect(try await fixture.published(bad)?.version == 1)
        #expect(fixture.quarantine.report.map(\.zone) == ["bad.example"])
        #expect(fixture.quarantine.report.first?.reason.contains("CNAME") == true)
        #expect(try await fixture.publisher().publishBatch() == 0)
        // Its owner's next change takes it out.
        try await fixture.remove(bad, "www", "CNAME")
        try await fixture.publishAll()
        #expect(try await fixture.published(bad)?.version == 3)
        #expect(fixture.quarantine.zones.isEmpty)
        #expect(try await OutboxStore(pool: fixture.glue).backlog().rows == 0)
    }

    @Test func aZoneWithoutSOAIsSetAside() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        try await fixture.remove(zone, "", "SOA")
        try await fixture.publishAll()
        #expect(try await fixture.published(zone) == nil)
        #expect(fixture.quarantine.zones == [zone])
    }

    @Test func aDiffThatIsTooLongIsNotKept() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        try await fixture.publishAll()
        let text = String(repeating: "x", count: 255)
        let contents = (0..<5_000).map { "\"\($0) \(text.dropLast(6))\"" }
        try await fixture.change(zone, names: ["text"]) { transaction in
            try await transaction.execute(
                """
                INSERT INTO app.record (zone_id, name, type, content, ttl, rdata)
                SELECT \(zone), 'text', 'TXT', content, 60, convert_to(content, 'UTF8')
                FROM unnest(\(contents)) AS content
                """
            )
        }
        try await fixture.publishAll()
        let entry = try #require(try await fixture.source().entries(after: 1, limit: 10).first)
        #expect(entry.diff == nil && entry.baseVersion == 1)
        #expect(try await fixture.hashIsRight("example.com"))
    }

    @Test func manyZonesGoInOneBatch() async throws {
        let fixture = try await ZoneFixture.make()
        for number in 0..<40 { _ = try await fixture.makeZone("zone\(number).example") }
        #expect(try await fixture.publisher(batchSize: 64).publishBatch() == 40)
        #expect(try await fixture.publisher().publishBatch() == 0)
    }

    @Test func twoPublishersAtOncePublishEveryChangeOnce() async throws {
        let fixture = try await ZoneFixture.make()
        var zones: [Int64] = []
        for number in 0..<8 { zones.append(try await fixture.makeZone("zone\(number).example")) }
        let made = zones
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<4 {
                group.addTask {
                    for step in 0..<15 {
                        let zone = made[(writer * 7 + step * 3) % made.count]
                        try await fixture.add(zone, "w\(writer)s\(step)", "A", "192.0.2.\(writer)")
                    }
                }
            }
            for _ in 0..<2 {
                group.addTask {
                    let publisher = fixture.publisher(batchSize: 3)
                    for _ in 0..<60 { _ = try await publisher.publishBatch() }
                }
            }
            try await group.waitForAll()
        }
        try await fixture.publishAll()
        for number in 0..<8 {
            #expect(try await fixture.hashIsRight("zone\(number).example"))
            let records: Int64 = try #require(
                try await fixture.glue.first("SELECT count(*) FROM app.record WHERE zone_id = \(made[number])")
            ).decode(0)
            let published = try #require(try await fixture.published(made[number]))
            #expect(published.recordCount == records)
            // Each entry of a zone builds on the one before it.
            let rows = try await fixture.glue.query(
                "SELECT base_version, version FROM distribution.log WHERE zone_id = \(made[number]) ORDER BY id"
            )
            var version: Int64?
            for row in rows {
                #expect(try row.decode("base_version", as: Int64?.self) == version)
                version = try row.decode("version")
            }
            #expect(version == published.version)
        }
    }
}
