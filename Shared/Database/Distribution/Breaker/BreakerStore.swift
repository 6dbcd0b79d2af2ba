// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Postgres

/// What the breaker holds, and its release: for operators and for metrics.
package struct BreakerStore: Sendable {
    /// The breaker at one moment.
    package struct State: Sendable, Hashable {
        /// Since when it is open, and why; nil while it is closed.
        package var openSince: Timestamp?
        package var reason: String?
        /// Zones whose removal or emptying is held.
        package var heldZones: Int64
        /// The names of the first of them, lower case, without the final dot, at most ``shownZones``.
        package var names: [String]
    }

    /// How many names a state has.
    package static let shownZones = 10

    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The state now.
    package func state() async throws -> State {
        let row = try await pool.query(
            """
            WITH held AS (
                SELECT DISTINCT zone_id, zone_name FROM distribution.outbox WHERE lane = \(BreakerJudge.heldLane)
            )
            SELECT open_since, reason, (SELECT count(*) FROM held) AS zones,
                   (SELECT coalesce(array_agg(zone_name), '{}')
                    FROM (SELECT zone_name FROM held ORDER BY zone_name LIMIT \(Self.shownZones)) AS first) AS names
            FROM distribution.breaker WHERE id = 1
            """
        ).only()
        return State(
            openSince: try row.optionalTimestamp("open_since"),
            reason: try row.decode("reason"),
            heldZones: try row.decode("zones"),
            names: try row.decode("names")
        )
    }

    /// Closes the breaker and lets everything go that waits at this moment, counted by nobody; what comes later counts
    /// anew. Returns how many zones were held; nil when the breaker was closed.
    package func release() async throws -> Int64? {
        try await pool.withTransaction { transaction in
            let opened = try await transaction.execute(
                """
                UPDATE distribution.breaker
                SET open_since = NULL, reason = NULL, released_at = now(), counted_at = NULL,
                    released_entry = greatest(released_entry, (SELECT coalesce(max(id), 0) FROM distribution.outbox))
                WHERE id = 1 AND open_since IS NOT NULL
                """
            )
            guard opened > 0 else { return nil }
            try await transaction.execute("DELETE FROM distribution.withdrawal")
            let rows = try await transaction.query(
                """
                WITH gone AS (
                    UPDATE distribution.outbox SET lane = 1 WHERE lane = \(BreakerJudge.heldLane) RETURNING zone_id
                )
                SELECT count(DISTINCT zone_id) FROM gone
                """
            )
            return try rows.only().decode(0)
        }
    }
}
