// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Database
import Domain
import Logging
import Postgres
import TestSupport
import Testing

@testable import WorkerService

/// A secondary zone, and a primary that answers as the test wants.
@Suite struct SecondaryTransferrerTests {
    private let database: TestDatabase
    private let owner: PostgresPool
    private let server: ScriptedNameServer
    private let transferrer: SecondaryTransferrer
    private let editor: ZoneEditor

    private static func zone(_ serial: UInt32, _ lines: String...) -> [String] {
        ["second.example. 60 IN SOA ns.Primary.example. h.example. \(serial) 60 30 600 5"] + lines
    }

    private static let servers = "second.example. 60 IN NS ns.primary.example."

    init() async throws {
        database = try await TestDatabase.make()
        owner = try database.pool(.superuser)
        server = try ScriptedNameServer { _, _ in nil }
        transferrer = SecondaryTransferrer(
            pool: try database.pool(.worker),
            allowsPrivate: true,
            logger: Logger(label: "tests")
        )
        let web = try database.pool(.web)
        editor = ZoneEditor(
            pool: web,
            policy: .example,
            notifier: ChangeNotifier(pool: web, logger: Logger(label: "tests"))
        )
        try await owner.execute(
            """
            WITH account AS (
                INSERT INTO app.account (email, name) VALUES ('a@example.com', 'a') RETURNING id
            ), zone AS (
                INSERT INTO app.zone (account_id, name, secondary) SELECT id, 'second.example', true FROM account
                RETURNING id
            ), server AS (
                INSERT INTO app.primary_server (account_id, name, ip, port)
                SELECT id, 'p', '127.0.0.1', \(Int32(server.port)) FROM account RETURNING id
            )
            INSERT INTO app.primary_server_zone (primary_server_id, zone_id) SELECT server.id, zone.id FROM server, zone
            """
        )
    }

    /// Has the primary answer with a zone: the serial, and over AXFR all of it.
    private func serve(_ lines: [String]) throws {
        let records = try lines.map { try ResourceRecord(line: $0) }
        server.change { query, _ in
            var answer = query.response()
            answer.header.isAuthoritative = true
            answer.answers = query.questions.first?.type == .axfr ? records + records.prefix(1) : [records[0]]
            return answer
        }
    }

    /// Looks at the zone now, whenever it is due.
    private func refresh() async throws -> PostgresRow {
        try await owner.execute("UPDATE distribution.secondary SET due_at = now()")
        try await transferrer.run()
        while try await editor.applySecondaryZones() > 0 {}
        return try #require(
            try await owner.first(
                """
                SELECT s.serial, s.failure, s.expired, s.transferred_at IS NOT NULL AS came,
                    s.due_at > now() AS waits, z.last_transferred_at IS NOT NULL AS told,
                    (SELECT count(*) FROM app.record) AS records,
                    (SELECT content FROM app.record WHERE type = 'SOA') AS soa,
                    (SELECT count(*) FROM distribution.outbox) AS publications
                FROM distribution.secondary AS s JOIN app.zone AS z ON z.id = s.zone_id
                """
            )
        )
    }

    @Test func `a zone is taken in with its primary's SOA record, and again when the serial is newer`() async throws {
        defer { server.stop() }
        try serve(Self.zone(7, Self.servers, "www.second.example. 60 IN A 192.0.2.1"))
        var row = try await refresh()
        #expect(try row.decode("serial", as: Int64?.self) == 7)
        #expect(try row.decode("told") && row.decode("came") && row.decode("waits"))
        #expect(try row.decode("records", as: Int64.self) == 3)
        #expect(try row.decode("soa", as: String.self).hasPrefix("ns.Primary.example"))
        // The same serial changes nothing, whatever else the primary says.
        try serve(Self.zone(7, Self.servers))
        row = try await refresh()
        #expect(try row.decode("records", as: Int64.self) == 3)
        #expect(try row.decode("publications", as: Int64.self) == 1)
        try serve(Self.zone(8, Self.servers))
        row = try await refresh()
        #expect(try row.decode("serial", as: Int64?.self) == 8)
        #expect(try row.decode("records", as: Int64.self) == 2)
        #expect(try row.decode("publications", as: Int64.self) == 2)
    }

    @Test(arguments: [
        ["second.example. 60 IN A 192.0.2.1"],
        [servers, "a.second.example. 60 IN CNAME b.example.", "a.second.example. 60 IN A 192.0.2.1"],
        [servers, "www.example.org. 60 IN A 192.0.2.1"],
    ])
    func `a broken zone is refused, the last good one stays, and the reason is told`(lines: [String]) async throws {
        defer { server.stop() }
        try serve(Self.zone(7, Self.servers))
        _ = try await refresh()
        try serve(Self.zone(8) + lines)
        var row = try await refresh()
        #expect(try row.decode("serial", as: Int64?.self) == 7)
        #expect(try row.decode("records", as: Int64.self) == 2)
        #expect(try row.decode("failure", as: String?.self)?.hasPrefix("127.0.0.1: ") == true)
        try serve(Self.zone(9, Self.servers))
        row = try await refresh()
        #expect(try row.decode("serial", as: Int64?.self) == 9)
        #expect(try row.decode("failure", as: String?.self) == nil)
    }

    @Test func `what was fetched under a claim that another has taken over is dropped`() async throws {
        defer { server.stop() }
        try serve(Self.zone(7, Self.servers))
        _ = try await refresh()
        try serve(Self.zone(8, Self.servers))
        try await owner.execute("UPDATE distribution.secondary SET due_at = now()")
        try await transferrer.run()
        try await owner.execute("UPDATE distribution.secondary SET claim = claim + 1")
        #expect(try await editor.applySecondaryZones() == 1)
        let row = try await refresh()
        #expect(try row.decode("serial", as: Int64?.self) == 8)
        #expect(try row.decode("publications", as: Int64.self) == 2)
    }

    @Test func `a zone that the web tier refuses keeps its records, and its owner is told`() async throws {
        defer { server.stop() }
        try serve(Self.zone(7, Self.servers))
        _ = try await refresh()
        try serve(Self.zone(8, Self.servers))
        try await owner.execute("UPDATE distribution.secondary SET due_at = now()")
        try await transferrer.run()
        try await owner.execute("UPDATE distribution.secondary_inbox SET zone_file = 'nonsense'")
        #expect(try await editor.applySecondaryZones() == 1)
        let row = try #require(
            try await owner.first(
                """
                SELECT serial, failure, failures, (SELECT count(*) FROM distribution.secondary_inbox) AS waiting,
                    (SELECT count(*) FROM app.record) AS records FROM distribution.secondary
                """
            )
        )
        #expect(try row.decode("serial", as: Int64?.self) == 7)
        #expect(try row.decode("failures", as: Int32.self) == 1)
        #expect(try row.decode("failure", as: String?.self)?.hasPrefix("127.0.0.1: the zone is refused: ") == true)
        #expect(try row.decode("waiting", as: Int64.self) == 0)
        #expect(try row.decode("records", as: Int64.self) == 2)
    }

    @Test func `a zone whose primary is not heard expires, and comes back by itself`() async throws {
        defer { server.stop() }
        try serve(Self.zone(7, Self.servers))
        _ = try await refresh()
        server.change { query, _ in query.response(rcode: .refused) }
        var row = try await refresh()
        #expect(try row.decode("failure", as: String?.self) == "127.0.0.1: the primary answered REFUSED")
        #expect(try row.decode("expired") == false)
        try await owner.execute("UPDATE distribution.secondary SET expires_at = now()")
        row = try await refresh()
        #expect(try row.decode("expired") == true)
        #expect(try row.decode("publications", as: Int64.self) == 2)
        try serve(Self.zone(7, Self.servers))
        row = try await refresh()
        #expect(try row.decode("expired") == false)
        #expect(try row.decode("publications", as: Int64.self) == 3)
    }

    @Test func `primaries at private addresses are not asked unless that is allowed`() async throws {
        defer { server.stop() }
        try serve(Self.zone(7, Self.servers))
        let careful = SecondaryTransferrer(
            pool: try database.pool(.worker),
            allowsPrivate: false,
            logger: Logger(label: "tests")
        )
        try await careful.run()
        let row = try #require(try await owner.first("SELECT failure FROM distribution.secondary"))
        #expect(try row.decode("failure", as: String?.self) == "127.0.0.1: the address is not a public one")
    }

    @Test func `the times of the SOA record hold within bounds`() {
        let schedule = SecondarySchedule()
        #expect((9.0...10.0).contains(schedule.refresh(0)))
        #expect((77_760.0...86_400.0).contains(schedule.refresh(Int64(UInt32.max))))
        #expect((540.0...600.0).contains(schedule.retry(after: 5, retry: 600)))
        #expect((9.0...10.0).contains(schedule.retry(after: 0, retry: 0)))
        #expect((3_240.0...3_600.0).contains(schedule.retry(after: .max, retry: 0)))
    }
}
