// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Postgres

/// How far a roll-out has come: `distribution.rollout`, and what is known of the canary site.
package struct RolloutStore: Sendable {
    /// A consumer of the canary site.
    package struct Canary: Sendable, Hashable {
        package let name: String
        /// Everything up to here is durable there; 0 when what it told belongs to another epoch.
        package var acknowledged: Int64
        package let isConnected: Bool
        /// Whether it answers DNS, as a relay does not.
        package let isResponder: Bool
        /// Where it answers DNS, `host:port`; nil when it told no address.
        package let address: String?

        package init(
            name: String,
            acknowledged: Int64,
            isConnected: Bool,
            isResponder: Bool = true,
            address: String? = nil
        ) {
            self.name = name
            self.acknowledged = acknowledged
            self.isConnected = isConnected
            self.isResponder = isResponder
            self.address = address
        }
    }

    /// All that decides about going on, of one moment.
    package struct View: Sendable, Hashable {
        package let epoch: String
        package let head: Int64
        /// The newest position that other sites may have.
        package let position: Int64
        package let isHeld: Bool
        /// Seconds since a consumer of the canary site was last heard of; nil when there never was one.
        package let secondsAway: Double?
        package var canaries: [Canary]

        package init(
            epoch: String,
            head: Int64,
            position: Int64,
            isHeld: Bool,
            secondsAway: Double?,
            canaries: [Canary]
        ) {
            self.epoch = epoch
            self.head = head
            self.position = position
            self.isHeld = isHeld
            self.secondsAway = secondsAway
            self.canaries = canaries
        }
    }

    let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Reads the state for a canary site. A site that was not the canary before begins at the head.
    package func view(site: String) async throws -> View {
        let rows = try await pool.query(
            """
            SELECT s.*, r.state = 'held' AS held,
                CASE WHEN r.site = \(site) AND r.epoch = s.epoch
                    THEN least(greatest(r.position, r.released), s.head)
                END AS position,
                n.name, n.role = 'responder' AS responder, n.connected, n.address,
                CASE WHEN n.epoch = s.epoch THEN n.acked ELSE 0 END AS acked,
                extract(epoch FROM now() - n.seen_at)::float8 AS away
            FROM (SELECT \(StreamState.columns) FROM distribution.stream WHERE id = 1) AS s
            CROSS JOIN distribution.rollout AS r
            LEFT JOIN distribution.node AS n ON n.site = \(site)
            ORDER BY n.name
            """
        )
        guard let first = rows.first else {
            throw PostgresError(.decoding, message: "distribution.rollout has no row")
        }
        let state = try StreamState(row: first)
        var canaries: [Canary] = []
        for row in rows {
            guard let name = try row.decode("name", as: String?.self) else { continue }
            canaries.append(
                Canary(
                    name: name,
                    acknowledged: try row.decode("acked"),
                    isConnected: try row.decode("connected"),
                    isResponder: try row.decode("responder"),
                    address: try row.decode("address")
                )
            )
        }
        guard let position = try first.decode("position", as: Int64?.self) else {
            try await begin(site: site, state)
            return try await view(site: site)
        }
        return View(
            epoch: state.epoch,
            head: state.head,
            position: position,
            isHeld: try first.decode("held"),
            secondsAway: try rows.compactMap { row in try row.decode("away", as: Double?.self) }.min(),
            canaries: canaries
        )
    }

    /// Another canary site than before: what went out before it was one is no concern of it. Or another epoch: then what
    /// was not confirmed in the last one is still to be.
    private func begin(site: String, _ state: StreamState) async throws {
        try await pool.execute(
            """
            UPDATE distribution.rollout
            SET position = CASE WHEN site = \(site) THEN least(position, \(state.head)) ELSE \(state.head) END,
                site = \(site), epoch = \(state.epoch), released = 0, state = 'open', reason = NULL, since = now()
            WHERE id = 1 AND (site IS DISTINCT FROM \(site) OR epoch IS DISTINCT FROM \(state.epoch))
            """
        )
    }

    /// Lets other sites have everything up to a position, and tells the other origins. A commit that gets lost in a crash is
    /// made anew: the canary is asked again.
    package func advance(to position: Int64, site: String, epoch: String) async throws {
        try await pool.withTransaction { transaction in
            try await transaction.execute("SET LOCAL synchronous_commit = off")
            try await transaction.execute(
                """
                UPDATE distribution.rollout
                SET position = greatest(position, \(position)), state = 'open', reason = NULL,
                    since = CASE state WHEN 'held' THEN now() ELSE since END
                WHERE id = 1 AND site = \(site) AND epoch = \(epoch)
                """
            )
            _ = try await transaction.query("SELECT pg_notify(\(StreamStore.channel), '')")
        }
    }

    /// Writes down why nothing more goes out; returns whether that is news.
    package func hold(_ reason: String, site: String) async throws -> Bool {
        try await pool.execute(
            """
            UPDATE distribution.rollout
            SET since = CASE state WHEN 'held' THEN since ELSE now() END, state = 'held', reason = left(\(reason), 500)
            WHERE id = 1 AND site = \(site) AND (state <> 'held' OR reason IS DISTINCT FROM left(\(reason), 500))
            """
        ) > 0
    }

    /// Writes down that nothing is held; returns whether that is news.
    package func open(site: String) async throws -> Bool {
        try await pool.execute(
            """
            UPDATE distribution.rollout SET state = 'open', reason = NULL, since = now()
            WHERE id = 1 AND site = \(site) AND state <> 'open'
            """
        ) > 0
    }

    /// By the operator's order, lets other sites have everything up to the head; returns how many positions were held
    /// back.
    package func release() async throws -> Int64 {
        let rows = try await pool.query(
            """
            WITH before AS (
                SELECT greatest(position, released) AS position FROM distribution.rollout WHERE site IS NOT NULL
            ), released AS (
                UPDATE distribution.rollout AS r SET released = s.head
                FROM distribution.stream AS s WHERE r.id = 1 AND r.site IS NOT NULL
            )
            SELECT greatest(s.head - before.position, 0), pg_notify(\(StreamStore.channel), '')::text
            FROM distribution.stream AS s CROSS JOIN before
            """
        )
        return try rows.first?.decode(0) ?? 0
    }
}
