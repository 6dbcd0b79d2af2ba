// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Postgres
import TestSupport
import Testing
import ZoneSync

@testable import GlueService

/// Zones that were signed elsewhere, and the order of the publisher's lanes.
@Suite struct PresignedPublicationTests {
    private static func soa(_ serial: Int) -> String {
        "ns1.example.net hostmaster.example.net \(serial) 86400 7200 604800 300"
    }

    private static func signature(_ type: String, _ text: String, ttl: Int = 3_600) -> String {
        "\(type) 13 2 \(ttl) 20860101000000 20200101000000 31678 example.com. \(text)"
    }

    /// A zone whose records and signatures are replaced together, as an import does.
    private func sign(_ fixture: ZoneFixture, _ zone: Int64, serial: Int, _ text: String) async throws {
        try await fixture.change(zone, names: nil) { transaction in
            try await transaction.execute("UPDATE app.zone SET presigned_at = now() WHERE id = \(zone)")
            try await transaction.execute(
                "UPDATE app.record SET content = \(Self.soa(serial)) WHERE zone_id = \(zone) AND type = 'SOA'"
            )
            try await transaction.execute(
                "DELETE FROM app.record WHERE zone_id = \(zone) AND type IN ('RRSIG', 'NSEC')"
            )
            let records: [(type: String, content: String, ttl: Int32)] = [
                ("RRSIG", Self.signature("SOA", text), 3_600), ("RRSIG", Self.signature("NSEC", text, ttl: 300), 300),
                ("NSEC", "WWW.example.com. NS SOA RRSIG NSEC", 300),
            ]
            for record in records {
                try await transaction.execute(
                    """
                    INSERT INTO app.record (zone_id, name, type, content, ttl, rdata)
                    VALUES (\(zone), '', \(record.type), \(record.content), \(record.ttl), \(Array(record.content.utf8)))
                    """
                )
            }
        }
    }

    @Test func aPresignedZoneIsPublishedAsItStandsWithItsOwnSerial() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        try await sign(fixture, zone, serial: 41, "AAAA")
        try await fixture.publishAll()
        #expect(
            try await fixture.lines("example.com") == [
                "example.com. 300 IN NSEC WWW.example.com. NS SOA RRSIG NSEC",
                "example.com. 300 IN RRSIG NSEC 13 2 300 20860101000000 20200101000000 31678 example.com. AAAA",
                // One TTL a set; the answering side gives each signature that of what it covers.
                "example.com. 300 IN RRSIG SOA 13 2 3600 20860101000000 20200101000000 31678 example.com. AAAA",
                "example.com. 3600 IN NS ns1.example.net.",
                "example.com. 3600 IN SOA ns1.example.net. hostmaster.example.net. 41 86400 7200 604800 300",
                "www.example.com. 3600 IN A 192.0.2.1",
            ]
        )
        #expect(try await fixture.published(zone)?.serial == 41)
        #expect(try await fixture.hashIsRight("example.com"))
    }

    @Test func aNewSigningIsOneVersionWithItsOwnSerial() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        try await sign(fixture, zone, serial: 41, "AAAA")
        try await fixture.publishAll()
        // The time (1000) is ahead of 42: an ordinary zone would take it.
        try await sign(fixture, zone, serial: 42, "BBBB")
        try await fixture.publishAll()
        let entries = try await fixture.source().entries(after: 1, limit: 10)
        #expect(entries.count == 1)
        let entry = try #require(entries.first)
        #expect(entry.serial == 42)
        #expect(
            entry.diff == """
                +example.com. 3600 IN SOA ns1.example.net. hostmaster.example.net. 42 86400 7200 604800 300
                +example.com. 300 IN RRSIG SOA 13 2 3600 20860101000000 20200101000000 31678 example.com. BBBB
                +example.com. 300 IN RRSIG NSEC 13 2 300 20860101000000 20200101000000 31678 example.com. BBBB

                """
        )
        #expect(try await fixture.hashIsRight("example.com"))
    }

    @Test func aZoneThatIsNoMorePresignedGoesOnFromItsSerial() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        try await sign(fixture, zone, serial: 2_000, "AAAA")
        try await fixture.publishAll()
        try await fixture.change(zone, names: [""]) { transaction in
            try await transaction.execute("UPDATE app.zone SET presigned_at = NULL WHERE id = \(zone)")
        }
        try await fixture.publishAll()
        #expect(try await fixture.published(zone)?.serial == 2_001)
    }

    @Test func aLaterPublicationDoesNotOvertakeOneOfItsZoneInTheBulkLane() async throws {
        let fixture = try await ZoneFixture.make()
        let other = try await fixture.makeZone("other.example")
        let zone = try await fixture.makeZone("example.com")
        try await fixture.publishAll()
        func publish() async throws {
            let publisher = fixture.publisher()
            while try await publisher.publishBatch() > 0 {}
        }
        try await fixture.add(zone, "bulk", "A", "192.0.2.7")
        try await fixture.database.pool(.superuser, size: 1).execute("UPDATE distribution.outbox SET lane = 1")
        try await publish()
        try await fixture.add(zone, "quick", "A", "192.0.2.8")
        try await publish()
        try await fixture.add(other, "quick", "A", "192.0.2.9")
        try await publish()
        _ = try await Sequencer(store: StreamStore(pool: fixture.glue)).run()
        let entries = try await fixture.source().entries(after: 2, limit: 10)
        // In their order: the one that is in a hurry takes the one before it along.
        #expect(entries.map(\.zone) == ["example.com.", "example.com.", "other.example."])
        #expect(entries.map(\.version) == [2, 3, 2])
        #expect(entries.map(\.lane) == [0, 0, 0])
    }
}
