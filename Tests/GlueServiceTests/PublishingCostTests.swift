// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Logging
import Postgres
import TestSupport
import Testing

@testable import GlueService

/// A change costs what it touches, whatever the size of its zone: counted in rows by the database itself.
@Suite struct PublishingCostTests {
    @Test func aChangeToALargeZoneReadsAndWritesNoMoreRowsThanToASmallOne() async throws {
        let fixture = try await ZoneFixture.make()
        let small = try await fixture.makeZone("small.example")
        let large = try await fixture.makeZone("large.example")
        try await fixture.publishAll()
        try await fixture.grow(large, by: 200_000)
        // One connection, whose counts are flushed before and after.
        let pool = try fixture.database.pool(.glue, size: 1)
        let ofSmall = try await cost(of: small, fixture, pool)
        let ofLarge = try await cost(of: large, fixture, pool)
        #expect(ofSmall.diff > 0 && ofLarge.diff == ofSmall.diff)
        // Other sessions of the test may tell of a few rows of theirs in between.
        #expect(ofSmall.rows > 0 && ofSmall.rows < 300, "\(ofSmall)")
        #expect(ofLarge.rows <= ofSmall.rows + 100, "\(ofSmall) \(ofLarge)")
    }

    private struct Cost: Sendable {
        /// Rows that were read, and written.
        let rows: Int64
        /// Octets of the difference.
        let diff: Int64
    }

    /// What it takes to publish an address that is new, one that changes, and one that goes.
    private func cost(of zone: Int64, _ fixture: ZoneFixture, _ pool: PostgresPool) async throws -> Cost {
        let publisher = Publisher(
            pool: pool,
            lanes: 0...0,
            batchSize: 64,
            quarantine: Quarantine(),
            logger: Logger(label: "tests"),
            now: { 1_000 }
        )
        var rows: Int64 = 0
        for step in 0..<3 {
            switch step {
            case 0: try await fixture.add(zone, "a", "A", "192.0.2.7")
            case 1: try await fixture.add(zone, "a", "A", "192.0.2.8")
            default: try await fixture.remove(zone, "a", "A")
            }
            let before = try await counted(pool)
            #expect(try await publisher.publishBatch() == 1)
            rows += try await counted(pool) - before
        }
        let diff = try await fixture.glue.query(
            "SELECT sum(octet_length(diff)) FROM distribution.log WHERE zone_id = \(zone)"
        )
        return Cost(rows: rows, diff: try diff.first?.decode(0) ?? 0)
    }

    /// Rows that sessions have read and written so far in the tables of this database.
    private func counted(_ pool: PostgresPool) async throws -> Int64 {
        _ = try await pool.query("SELECT pg_stat_force_next_flush()")
        _ = try await pool.query("SELECT pg_stat_clear_snapshot()")
        let rows = try await pool.query(
            """
            SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) + n_tup_ins + n_tup_upd + n_tup_del)::bigint
            FROM pg_stat_user_tables
            WHERE schemaname = 'distribution' OR (schemaname = 'app' AND relname = 'record')
            """
        )
        return try rows.first?.decode(0) ?? 0
    }
}

extension ZoneFixture {
    /// Adds addresses to a published zone, as if they had been published with it; the hash is not what they sum up to.
    fileprivate func grow(_ zone: Int64, by count: Int) async throws {
        let owner = try database.pool(.operator, size: 1)
        try await owner.execute(
            """
            WITH names AS (SELECT 'host' || n AS name FROM generate_series(1, \(count)) AS n), records AS (
                INSERT INTO app.record (zone_id, name, type, content, ttl, rdata)
                SELECT \(zone), name, 'A', '192.0.2.1', 3600, decode('c0000201', 'hex') FROM names
            )
            INSERT INTO distribution.rrset (zone_id, owner, type, rr_count, hash, body)
            SELECT \(zone), name || '.large.example.', 1, 1, sha256(convert_to(name, 'UTF8')),
                name || E'.large.example. 3600 IN A 192.0.2.1\\n'
            FROM names
            """
        )
        try await owner.execute("ANALYZE app.record, distribution.rrset")
        _ = try await owner.query("SELECT pg_stat_force_next_flush()")
    }
}
