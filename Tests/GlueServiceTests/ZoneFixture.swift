// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Logging
import Postgres
import Synchronization
import TestSupport
import ZoneStore
import ZoneSync

@testable import GlueService

/// A database with what a customer would have done to it, and a publisher over it.
struct ZoneFixture: Sendable {
    static let soa = "ns1.example.net hostmaster.example.net 7 86400 7200 604800 300"

    let database: TestDatabase
    let web: PostgresPool
    let glue: PostgresPool
    let quarantine = Quarantine(retryAfter: .seconds(3_600))

    static func make() async throws -> ZoneFixture {
        let database = try await TestDatabase.make()
        let fixture = ZoneFixture(
            database: database,
            web: try database.pool(.web),
            glue: try database.pool(.glue, size: 6)
        )
        try await fixture.web.execute("INSERT INTO app.account (id, email, name) VALUES (1, 'a@example.com', 'a')")
        return fixture
    }

    func publisher(
        lanes: ClosedRange<Int16> = 0...Int16.max,
        batchSize: Int = 64,
        breaker: BreakerLimits = BreakerLimits(),
        now: Int64 = 1_000
    ) -> Publisher {
        Publisher(
            pool: glue,
            lanes: lanes,
            batchSize: batchSize,
            quarantine: quarantine,
            breaker: breaker,
            logger: Logger(label: "tests"),
            now: { now }
        )
    }

    func source(bodies: SharedBodies.Configuration = SharedBodies.Configuration()) -> PostgresOriginSource {
        let nodes = NodeRegistry(
            store: NodeStore(pool: glue, origin: "tests"),
            quarantine: QuarantineStore(pool: glue),
            logger: Logger(label: "tests")
        )
        return PostgresOriginSource(pool: glue, nodes: nodes, counts: nil, bodies: bodies)
    }

    /// Publishes until nothing waits, and sequences.
    func publishAll(now: Int64 = 1_000) async throws {
        let publisher = publisher(now: now)
        while try await publisher.publishBatch() > 0 {}
        _ = try await Sequencer(store: StreamStore(pool: glue)).run()
    }

    /// Makes an active zone with SOA, NS and an address at www; returns its id.
    func makeZone(_ name: String, soa: String = ZoneFixture.soa) async throws -> Int64 {
        try await web.withTransaction { transaction in
            let rows = try await transaction.query(
                "INSERT INTO app.zone (account_id, name) VALUES (1, \(name)) RETURNING id"
            )
            let id: Int64 = try rows[0].decode(0)
            try await Self.insert(id, "", "SOA", soa, in: transaction)
            try await Self.insert(id, "", "NS", "ns1.example.net", in: transaction)
            try await Self.insert(id, "www", "A", "192.0.2.1", in: transaction)
            try await Self.enqueue(id, names: nil, in: transaction)
            return id
        }
    }

    /// Adds a record and tells the publisher, as one change.
    func add(_ zone: Int64, _ name: String, _ type: String, _ content: String, ttl: Int32 = 3_600) async throws {
        try await change(zone, names: [name]) { transaction in
            try await Self.insert(zone, name, type, content, ttl: ttl, in: transaction)
        }
    }

    /// Removes the records of one name and type, as one change.
    func remove(_ zone: Int64, _ name: String, _ type: String) async throws {
        try await change(zone, names: [name]) { transaction in
            try await transaction.execute(
                "DELETE FROM app.record WHERE zone_id = \(zone) AND name = \(name) AND type = \(type)"
            )
        }
    }

    func setActive(_ zone: Int64, _ active: Bool) async throws {
        try await change(zone, names: nil) { transaction in
            try await transaction.execute("UPDATE app.zone SET active = \(active) WHERE id = \(zone)")
        }
    }

    func deleteZone(_ zone: Int64) async throws {
        try await change(zone, names: nil) { transaction in
            try await transaction.execute("DELETE FROM app.zone WHERE id = \(zone)")
        }
    }

    /// One change as the web tier makes it: version, outbox row, and `body`, in one transaction.
    func change(
        _ zone: Int64,
        names: [String]?,
        _ body: (PostgresTransaction) async throws -> Void
    ) async throws {
        try await web.withTransaction { transaction in
            try await transaction.execute("UPDATE app.zone SET version = version + 1 WHERE id = \(zone)")
            try await Self.enqueue(zone, names: names, in: transaction)
            try await body(transaction)
        }
    }

    /// The published lines of a zone, sorted; nil when it is not live.
    func lines(_ name: String) async throws -> [String]? {
        try await body(name)?.rrsets.flatMap { $0.split(separator: "\n").map(String.init) }.sorted()
    }

    /// The published row of a zone.
    func published(_ zone: Int64) async throws -> PublishedZone? {
        try await glue.withTransaction { transaction in
            try await PublicationReader(transaction).published([zone])[zone]
        }
    }

    /// Whether the zone hash is what its records sum up to.
    func hashIsRight(_ name: String) async throws -> Bool {
        guard let body = try await body(name) else { return false }
        let assembled = try Assembled(body.rrsets)
        return ZoneDigest.zone(assembled.rrsets).bytes == body.zone.hash
            && assembled.rrsets.reduce(0) { $0 + $1.rdatas.count } == Int(body.zone.recordCount)
    }

    /// The zone with all its RRsets, however many.
    private func body(_ name: String) async throws -> (zone: PublishedZone, rrsets: [String])? {
        let snapshots = SnapshotStore(pool: glue)
        guard let found = try await snapshots.zone(named: name) else { return nil }
        if let rrsets = found.rrsets { return (found.zone, rrsets) }
        let rrsets = Mutex<[String]>([])
        let zone = try await snapshots.read(found.zone.id) { page in rrsets.withLock { $0 += page } }
        return zone.map { ($0, rrsets.withLock(\.self)) }
    }

    private static func insert(
        _ zone: Int64,
        _ name: String,
        _ type: String,
        _ content: String,
        ttl: Int32 = 3_600,
        in transaction: PostgresTransaction
    ) async throws {
        try await transaction.execute(
            """
            INSERT INTO app.record (zone_id, name, type, content, ttl, rdata)
            VALUES (\(zone), \(name), \(type), \(content), \(ttl), \(Array(content.utf8)))
            """
        )
    }

    private static func enqueue(_ zone: Int64, names: [String]?, in transaction: PostgresTransaction) async throws {
        try await transaction.execute(
            """
            INSERT INTO distribution.outbox (zone_id, zone_name, version, op, names, request_id)
            SELECT id, name, version, 'P', \(names), gen_random_uuid() FROM app.zone WHERE id = \(zone)
            """
        )
    }
}
