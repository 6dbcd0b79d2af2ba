// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Postgres

/// The sequenced log: what is streamed to responders and relays.
package struct StreamStore: Sendable {
    /// The channel on which a sequencer tells the other origins that the stream has grown.
    package static let channel = "zonewright_log"
    /// Diffs read at once, in octets, before a page of entries ends early: what each consumer that is behind may hold.
    private static let pageOctets: Int64 = 1 << 20

    let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Gives unsequenced log rows their positions; returns how many, or nil when another sequencer is at it.
    ///
    /// - Parameter bulkAhead: Rows of bulk work wait while this many positions are on their way to the consumers.
    package func sequence(limit: Int32 = 10_000, bulkAhead: Int64) async throws -> Int? {
        let rows = try await pool.query("SELECT done FROM distribution.sequence_log(\(limit), \(bulkAhead))")
        let done: Int32 = try rows.first?.decode("done") ?? 0
        return done < 0 ? nil : Int(done)
    }

    /// Tells other origins that the stream has grown.
    package func announce() async throws {
        // A notification is a commit too; nobody needs this one to survive a crash.
        _ = try await pool.query(
            "SELECT set_config('synchronous_commit', 'off', true), pg_notify(\(Self.channel), '')"
        )
    }

    /// Where the stream stands, and in which history of the database.
    package func state() async throws -> StreamState {
        let rows = try await pool.query("SELECT \(StreamState.columns) FROM distribution.stream WHERE id = 1")
        guard let row = rows.first else {
            throw PostgresError(.decoding, message: "distribution.stream has no row")
        }
        return try StreamState(row: row)
    }

    /// Entries after `position` in their order, at most `limit`; fewer when their diffs are large.
    package func entries(after position: Int64, limit: Int) async throws -> [LogEntry] {
        let rows = try await pool.query(
            """
            SELECT pos, op, zone_name, zone_id, base_version, version, serial, hash, removed, added, diff, lane,
                regions
            FROM (
                SELECT *, sum(coalesce(octet_length(diff), 0)) OVER (ORDER BY pos) AS octets
                FROM (
                    SELECT pos, op, zone_name, zone_id, base_version, version, serial, hash, removed, added, diff, lane,
                        regions
                    FROM distribution.log WHERE pos > \(position) ORDER BY pos LIMIT \(limit)
                ) AS page
            ) AS page
            WHERE octets - coalesce(octet_length(diff), 0) < \(Self.pageOctets)
            ORDER BY pos
            """
        )
        return try await withParts(try rows.map { row throws(PostgresError) in try LogEntry(row: row) })
    }

    /// Forgets entries that are older than `age` and more than `keep` positions behind the head, at most `limit` at a
    /// time; returns how many. What a connected consumer has yet to apply stays; one that is away for longer takes a
    /// snapshot.
    package func prune(age: Duration, keep: Int64, limit: Int) async throws -> Int {
        try await pool.withTransaction { transaction in
            // The leading run of old entries: creation times need not be in the order of positions.
            let rows = try await transaction.query(
                """
                SELECT max(pos) FROM (
                    SELECT pos, bool_and(created_at < now() - make_interval(secs => \(age.inSeconds)))
                        OVER (ORDER BY pos) AS old
                    FROM distribution.log
                    WHERE pos > (SELECT floor FROM distribution.stream WHERE id = 1)
                        AND pos <= (SELECT head FROM distribution.stream WHERE id = 1) - \(keep)
                        AND NOT EXISTS (
                            SELECT FROM distribution.node
                            WHERE connected AND acked < pos AND seen_at > now() - interval '1 minute'
                        )
                    ORDER BY pos LIMIT \(limit)
                ) AS page WHERE old
                """
            )
            guard let floor: Int64 = try rows.first?.decode(0, as: Int64?.self) else { return 0 }
            try await transaction.execute(
                "UPDATE distribution.stream SET floor = \(floor) WHERE id = 1 AND floor < \(floor)"
            )
            try await transaction.execute(
                """
                DELETE FROM distribution.regional_log WHERE log_id IN (
                    SELECT id FROM distribution.log WHERE pos <= \(floor) AND regions IS NOT NULL
                )
                """
            )
            return try await transaction.execute("DELETE FROM distribution.log WHERE pos <= \(floor)")
        }
    }
}

extension Duration {
    fileprivate var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}
