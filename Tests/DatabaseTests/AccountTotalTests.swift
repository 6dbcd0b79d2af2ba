// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Postgres
import Testing

/// The kept numbers of an account's domains and zones.
@Suite struct AccountTotalTests {
    /// The kept totals of each account are what counting gives.
    private static func verify(_ fixture: EditorFixture) async throws {
        let rows = try await fixture.superuser.query(
            """
            SELECT a.id,
                   (SELECT coalesce(sum(t.domains), 0) FROM app.account_total t WHERE t.account_id = a.id)::bigint,
                   (SELECT count(*) FROM app.domain d
                    WHERE d.account_id = a.id AND d.name NOT LIKE '%.in-addr.arpa' AND d.name NOT LIKE '%.ip6.arpa'),
                   (SELECT coalesce(sum(t.zones), 0) FROM app.account_total t WHERE t.account_id = a.id)::bigint,
                   (SELECT count(*) FROM app.zone z WHERE z.account_id = a.id)
            FROM app.account a
            """
        )
        for row in rows {
            #expect(try row.decode(1, as: Int.self) == row.decode(2, as: Int.self))
            #expect(try row.decode(3, as: Int.self) == row.decode(4, as: Int.self))
        }
    }

    @Test func `they follow creation, deletion, restoring and a move`() async throws {
        let fixture = try await EditorFixture.make()
        let other = try await fixture.makeAccount()
        for number in 0..<7 {
            _ = try await fixture.makeZone("zone\(number).example")
        }
        _ = try await fixture.makeZone("2.0.192.in-addr.arpa")
        try await Self.verify(fixture)
        let domains = DomainRepository(pool: fixture.pool)
        let zones = ZoneRepository(pool: fixture.pool)
        let page = Page(size: 2)
        #expect(try await domains.list(account: fixture.account.id, page: page).totalEntries == 7)
        #expect(try await zones.list(account: fixture.account.id, page: page).totalEntries == 8)

        for name in ["zone0.example", "zone1.example", "2.0.192.in-addr.arpa"] {
            try await fixture.editor.deleteDomain(account: fixture.account, .name(name), context: fixture.context)
        }
        try await Self.verify(fixture)
        #expect(try await domains.list(account: fixture.account.id, page: page).totalEntries == 5)
        #expect(try await zones.list(account: fixture.account.id, page: page).totalEntries == 5)

        for table in ["domain", "zone"] {
            try await fixture.superuser.execute(
                """
                UPDATE app.\(unescaped: table) SET account_id = \(other.id)
                WHERE name IN ('zone2.example', 'zone3.example', 'zone4.example')
                """
            )
        }
        try await Self.verify(fixture)
        #expect(try await domains.list(account: fixture.account.id, page: page).totalEntries == 2)
        #expect(try await zones.list(account: other.id, page: page).totalEntries == 3)
        // A filter is counted as ever.
        let filter = NameFilter(nameLike: "zone")
        #expect(try await zones.list(account: other.id, filter: filter, page: page).totalEntries == 3)
    }

    @Test func `changes at once from several sessions are all counted`() async throws {
        let fixture = try await EditorFixture.make(connections: 8)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    _ = try await fixture.makeZone("zone\(number).example")
                    if number % 3 == 0 {
                        try await fixture.editor.deleteDomain(
                            account: fixture.account,
                            .name("zone\(number).example"),
                            context: fixture.context
                        )
                    }
                }
            }
            try await group.waitForAll()
        }
        try await Self.verify(fixture)
        let zones = ZoneRepository(pool: fixture.pool)
        #expect(try await zones.list(account: fixture.account.id, page: Page(size: 5)).totalEntries == 26)
    }

    @Test func `what looks like a pattern is text`() async throws {
        let fixture = try await EditorFixture.make()
        let zone = try await fixture.makeZone()
        for name in ["a_b", "axb", "c%d"] {
            try await fixture.superuser.execute(
                """
                INSERT INTO app.record (zone_id, name, type, content, ttl, rdata)
                VALUES (\(zone.id), \(name), 'A', '192.0.2.1', 60, decode('c0000201', 'hex'))
                """
            )
        }
        let repository = RecordRepository(pool: fixture.pool)
        for (part, names) in [("_", ["a_b"]), ("%", ["c%d"]), ("x", ["axb"]), ("\\", [])] {
            let found = try await repository.list(zone: zone, filter: RecordFilter(nameLike: part))
            #expect(found.items.map(\.name) == names)
        }
    }
}
