// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Postgres

/// Finds zones that have something to publish.
package struct OutboxStore: Sendable {
    /// The first half of the key of the advisory locks on zones.
    static let lockClass: Int64 = 7_012_202_602 << 24

    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Zones with outbox rows in lanes `lanes`, the longest waiting first, at most `limit`, without those in `except`.
    package func candidates(lanes: ClosedRange<Int16>, limit: Int, except: [Int64]) async throws -> [Int64] {
        // Looking at the oldest rows only keeps this cheap when a million zones wait.
        let rows = try await pool.query(
            """
            SELECT zone_id
            FROM (
                SELECT zone_id, lane, id FROM distribution.outbox
                WHERE lane BETWEEN \(lanes.lowerBound) AND \(lanes.upperBound) AND zone_id <> ALL (\(except))
                ORDER BY lane, id LIMIT \(limit * 8)
            ) AS oldest
            GROUP BY zone_id
            ORDER BY min(lane), min(id)
            LIMIT \(limit)
            """
        )
        return try rows.map { row throws(PostgresError) in try row.decode(0) }
    }

    /// The newest outbox row of each of these zones.
    package func newestEntries(of zones: [Int64]) async throws -> [Int64: Int64] {
        let rows = try await pool.query(
            "SELECT zone_id, max(id) FROM distribution.outbox WHERE zone_id = ANY (\(zones)) GROUP BY zone_id"
        )
        var newest: [Int64: Int64] = [:]
        for row in rows { newest[try row.decode(0)] = try row.decode(1) }
        return newest
    }

    /// How many rows wait, and for how many seconds the oldest one has.
    package func backlog() async throws -> (rows: Int64, oldestSeconds: Double) {
        let rows = try await pool.query(
            """
            SELECT count(*), coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::double precision
            FROM distribution.outbox
            """
        )
        guard let row = rows.first else { return (0, 0) }
        return (try row.decode(0), try row.decode(1))
    }

    /// Locks those of `zones` that no other publisher is at, for this session, and returns them.
    ///
    /// Taken before the transaction, so that its snapshot holds all that the lock's last owner committed.
    package func lock(_ zones: [Int64], on connection: PostgresConnection) async throws -> [Int64] {
        let rows = try await connection.query(
            """
            SELECT id FROM unnest(\(zones)) WITH ORDINALITY AS given (id, place)
            WHERE pg_try_advisory_lock(\(Self.lockClass) # id)
            ORDER BY place
            """
        )
        return try rows.map { row throws(PostgresError) in try row.decode(0) }
    }

    /// Gives up all locks of the session.
    package func unlockAll(on connection: PostgresConnection) async throws {
        _ = try await connection.query("SELECT pg_advisory_unlock_all()")
    }
}
