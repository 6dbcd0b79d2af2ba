// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Postgres
import Testing

/// Lists of more records than a page has.
@Suite struct LargeListTests {
    private static func fixture(_ records: Int) async throws -> (EditorFixture, Zone) {
        let fixture = try await EditorFixture.make()
        let zone = try await fixture.makeZone()
        // Contents that differ after the part that is in the index only, and others.
        try await fixture.superuser.execute(
            """
            INSERT INTO app.record (zone_id, name, type, content, ttl, rdata)
            SELECT \(zone.id), 'h' || n, 'TXT',
                   CASE WHEN n % 2 = 0 THEN repeat('x', 70) ELSE 'y' END || lpad(((n * 7919) % 1000)::text, 4, '0'),
                   60, int4send(n)
            FROM generate_series(1, \(Int32(records))) AS n
            """
        )
        return (fixture, zone)
    }

    @Test(arguments: [true, false]) func `records are sorted by their whole content`(ascending: Bool) async throws {
        let (fixture, zone) = try await Self.fixture(500)
        var contents: [String] = []
        for number in 1...5 {
            contents += try await RecordRepository(pool: fixture.pool).list(
                zone: zone,
                filter: RecordFilter(type: "TXT"),
                sort: [Sort(.content, ascending: ascending)],
                page: Page(number: number, size: 100)
            ).items.map(\.content)
        }
        #expect(contents.count == 500)
        let sorted = contents.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        #expect(contents == (ascending ? sorted : sorted.reversed()))
    }

    @Test func `sorting by content reads an index`() async throws {
        let (fixture, zone) = try await Self.fixture(5_000)
        try await fixture.superuser.execute("ANALYZE app.record")
        let plan = try await fixture.superuser.query(
            """
            EXPLAIN SELECT id FROM app.record WHERE zone_id = \(zone.id)
            ORDER BY left(content, 64) COLLATE "C", content COLLATE "C", id LIMIT 10
            """
        ).map { try $0.decode(0, as: String.self) }.joined()
        #expect(plan.contains("record_zone_content"))
    }

    @Test func `totals are those of the zone's version`() async throws {
        let (fixture, zone) = try await Self.fixture(150)
        let repository = RecordRepository(pool: fixture.pool)
        func total(_ zone: Zone, _ filter: RecordFilter) async throws -> Int {
            try await repository.list(zone: zone, filter: filter, page: Page(size: 10)).totalEntries
        }
        let texts = RecordFilter(type: "TXT")
        let some = RecordFilter(nameLike: "h1", type: "TXT")
        #expect(try await total(zone, texts) == 150)
        #expect(try await total(zone, some) == 1 + 10 + 51)
        // Nobody but the editor changes records: what it did not do is not looked for.
        try await fixture.superuser.execute(
            "DELETE FROM app.record WHERE zone_id = \(zone.id) AND name IN ('h1', 'h2')"
        )
        #expect(try await total(zone, texts) == 150)
        try await fixture.create(RecordInput(name: "h1000", type: "TXT", content: "new"))
        let changed = try await fixture.zone()
        #expect(changed.version == zone.version + 1)
        #expect(try await total(changed, texts) == 149)
        #expect(try await total(changed, some) == 10 + 51 + 1)
        #expect(try await total(changed, RecordFilter(type: "A")) == 0)
    }

    @Test func `a record is found by its zone's name and id, and by nobody else`() async throws {
        let fixture = try await EditorFixture.make()
        let zone = try await fixture.makeZone()
        let record = try await fixture.create(.a("www"))
        let repository = RecordRepository(pool: fixture.pool)
        for identifier in [ResourceIdentifier.id(zone.id), .name("example.com"), .name("EXAMPLE.com.")] {
            #expect(try await repository.record(account: fixture.account.id, zone: identifier, id: record.id) == record)
        }
        let other = try await fixture.makeAccount()
        let strange = await #expect(throws: NotFound.self) {
            try await repository.record(account: other.id, zone: .id(zone.id), id: record.id)
        }
        #expect(strange?.message.contains("Zone") == true)
        let missing = await #expect(throws: NotFound.self) {
            try await repository.record(account: fixture.account.id, zone: .id(zone.id), id: record.id + 1)
        }
        #expect(missing?.message.contains("Record") == true)
    }
}
