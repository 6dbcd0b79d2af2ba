// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSClient
import DNSText
import DNSWire
import Database
import Logging
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import WorkerService

/// A published zone and a responder that answers as the test wants.
@Suite struct ProberTests {
    private static let soa = "example.com. 3600 IN SOA ns1.example.net. h.example.net. 7 1 2 3 4"
    private static let address = "www.example.com. 300 IN A 192.0.2.1"

    private let database: TestDatabase
    private let owner: PostgresPool
    private let store: ProbeStore
    private let prober: Prober
    private let server: ScriptedNameServer
    private let zone: Int64 = 5

    init() async throws {
        database = try await TestDatabase.make()
        owner = try database.pool(.superuser)
        store = ProbeStore(pool: try database.pool(.worker))
        server = try ScriptedNameServer { query, _ in try? Self.reply(query, Self.soa, Self.address) }
        prober = Prober(
            store: store,
            client: DNSClient(timeout: .seconds(20)),
            zones: 10,
            logger: Logger(label: "tests")
        )
        try await owner.execute(
            """
            WITH stream AS (UPDATE distribution.stream SET head = 1), logged AS (
                INSERT INTO distribution.log (pos, zone_id, zone_name, op, version, serial, hash)
                VALUES (1, \(zone), 'example.com', 'P', 3, 7, sha256('')) RETURNING id
            )
            INSERT INTO distribution.zone (zone_id, name, version, serial, live, rr_count, hash, log_id)
            SELECT \(zone), 'example.com', 3, 7, true, 2, sha256(''), id FROM logged
            """
        )
        try await insert("example.com.", 6, Self.soa)
        try await insert("www.example.com.", 1, Self.address)
        try await connect("ams1", acknowledged: 1)
    }

    private static func reply(_ query: Message, _ lines: String...) throws -> Message {
        var answer = query.response()
        answer.header.isAuthoritative = true
        let records = try lines.map { try ResourceRecord(line: $0) }
        answer.answers = records.filter { record in
            query.questions.contains { $0.name == record.owner && $0.type == record.type }
        }
        return answer
    }

    private func insert(_ name: String, _ type: Int32, _ line: String) async throws {
        try await owner.execute(
            """
            INSERT INTO distribution.rrset (zone_id, owner, type, rr_count, hash, body)
            VALUES (\(zone), \(name), \(type), 1, sha256(''), \(line + "\n"))
            """
        )
    }

    private func connect(_ node: String, acknowledged: Int64, region: String? = nil) async throws {
        let epoch = try await StreamStore(pool: owner).state().epoch
        try await owner.execute(
            """
            INSERT INTO distribution.node (name, role, epoch, acked, connected, address, region)
            VALUES (\(node), 'responder', \(epoch), \(acknowledged), true, \("127.0.0.1:\(server.port)"), \(region))
            ON CONFLICT (name) DO UPDATE SET acked = excluded.acked
            """
        )
    }

    /// Positions that a repair has put into the log, not counting those that were there.
    private func repairs() async throws -> Int {
        try await owner.query("SELECT count(*) FROM distribution.log WHERE version = 3 AND lane = 1").first?.decode(0)
            ?? 0
    }

    @Test func `a responder that answers what is published is left in peace`() async throws {
        defer { server.stop() }
        try await prober.run()
        #expect(try await store.report(limit: 10).count == 0)
        let row = try #require(
            try await owner.query("SELECT asked, unanswered, answered_at IS NOT NULL FROM distribution.probe").first
        )
        #expect(try row.decode(0) as Int64 == 2)
        #expect(try row.decode(1) as Int64 == 0)
        #expect(try row.decode(2))
    }

    @Test func `a difference is shown and the zone sent again, and both end when it is over`() async throws {
        defer { server.stop() }
        server.change { query, _ in try? Self.reply(query, Self.soa, "www.example.com. 300 IN A 192.0.2.99") }
        try await prober.run()
        let found = try await store.report(limit: 10)
        #expect(found.count == 1)
        #expect(found.differences.first?.finding.reason == "answers other data")
        #expect(found.differences.first?.finding.question == "www.example.com. A")
        #expect(found.differences.first?.finding.key == ProbeKey(node: "ams1", zone: zone))
        #expect(try await repairs() == 1)
        // Not again at once.
        try await prober.run()
        #expect(try await repairs() == 1)
        try await owner.execute("UPDATE distribution.probe_difference SET repaired_at = now() - interval '1 hour'")
        try await prober.run()
        #expect(try await repairs() == 2)
        server.change { query, _ in try? Self.reply(query, Self.soa, Self.address) }
        try await prober.run()
        #expect(try await store.report(limit: 10).count == 0)
    }

    @Test func `what a responder has not acknowledged is no difference`() async throws {
        defer { server.stop() }
        server.change { query, _ in query.response(rcode: .refused) }
        try await connect("ams1", acknowledged: 0)
        try await prober.run()
        #expect(try await store.report(limit: 10).count == 0)
        try await connect("ams1", acknowledged: 1)
        try await prober.run()
        #expect(try await store.report(limit: 10).count == 1)
    }

    @Test func `nor is what it refused, or what was published while it was asked`() async throws {
        defer { server.stop() }
        let pool = owner
        let zone = zone
        server.change { query, _ in query.response(rcode: .refused) }
        try await owner.execute(
            """
            INSERT INTO distribution.quarantine (node, zone_name, zone_id, version, position, code, reason)
            VALUES ('ams1', 'example.com', \(zone), 3, 1, 422, 'bad')
            """
        )
        try await prober.run()
        #expect(try await store.report(limit: 10).count == 0)
        try await owner.execute("DELETE FROM distribution.quarantine")
        let (answers, reached) = AsyncStream.makeStream(of: Void.self)
        server.change { query, _ in
            reached.yield()
            // Until the version has changed.
            return nil
        }
        let impatient = Prober(
            store: store,
            client: DNSClient(timeout: .milliseconds(200)),
            zones: 10,
            logger: Logger(label: "tests")
        )
        async let run: Void = impatient.run()
        for await _ in answers { break }
        try await pool.execute("UPDATE distribution.zone SET version = version + 1 WHERE zone_id = \(zone)")
        try await run
        #expect(try await store.report(limit: 10).count == 0)
    }

    @Test func `each region is asked for its own data`() async throws {
        defer { server.stop() }
        try await owner.execute(
            """
            INSERT INTO distribution.regional_rrset (zone_id, region, owner, type, rr_count, hash, body)
            VALUES (\(zone), 'AMS', 'www.example.com.', 1, 1, sha256(''), \(Self.address.replacing(".1", with: ".2") + "\n"))
            """
        )
        try await connect("syd1", acknowledged: 1, region: "SYD")
        try await connect("ams2", acknowledged: 1, region: "AMS")
        try await prober.run()
        let found = try await store.report(limit: 10)
        #expect(found.differences.map(\.finding.key.node) == ["ams2"])
    }

    @Test func `a silent responder costs little and is no difference`() async throws {
        defer { server.stop() }
        server.change { _, _ in nil }
        for other in 100..<150 as Range<Int64> {
            try await owner.execute(
                """
                INSERT INTO distribution.zone (zone_id, name, version, serial, live, rr_count, hash, log_id)
                VALUES (\(other), \("z\(other).example"), 1, 1, true, 1, sha256(''), 0)
                """
            )
        }
        let impatient = Prober(
            store: store,
            client: DNSClient(timeout: .milliseconds(50)),
            zones: 100,
            logger: Logger(label: "tests")
        )
        try await impatient.run()
        #expect(try await store.report(limit: 10).count == 0)
        let row = try #require(try await owner.query("SELECT asked, unanswered FROM distribution.probe").first)
        let asked: Int64 = try row.decode(0)
        #expect(asked < 30)
        #expect(try await store.report(limit: 10).silent == ["ams1"])
        #expect(try row.decode(1) as Int64 == asked)
    }

    @Test func `the sweep comes round, and what changed comes first`() async throws {
        defer { server.stop() }
        for other in 10..<35 as Range<Int64> {
            try await owner.execute(
                """
                INSERT INTO distribution.zone (zone_id, name, version, serial, live, rr_count, hash, log_id)
                VALUES (\(other), \("z\(other).example"), 1, 1, false, 0, sha256(''), 0)
                """
            )
        }
        #expect(try await store.next(limit: 10) == [5] + Array(10..<19))
        #expect(try await store.next(limit: 10) == Array(19..<29))
        try await owner.execute(
            """
            INSERT INTO distribution.log (pos, zone_id, zone_name, op, version, serial, hash)
            VALUES (2, 12, 'z12.example', 'P', 4, 8, sha256(''))
            """
        )
        #expect(try await store.next(limit: 10) == [12] + Array(29..<35))
        #expect(try await store.next(limit: 10) == [5] + Array(10..<19))
    }
}
