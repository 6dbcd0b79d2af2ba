// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Postgres

/// The targets of ALIAS records, for the workers that resolve them. Any number of them may share the work: a target that
/// is taken is left alone by the others until its lease ends, and a result that comes later than that is void.
package struct AliasStore: Sendable {
    /// The channel on which the publisher says that there are targets nobody has resolved yet.
    package static let channel = "zonewright_alias"
    /// More zones than this are published behind what people wait for.
    private static let interactiveZones: Int64 = 1_000
    /// With more owners in a zone the publisher looks at all of it.
    private static let maximumNames: Int64 = 2_000

    let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Takes at most `limit` targets that are due, the longest waiting first, and keeps others off them for `lease`
    /// seconds. None while resolving is paused.
    package func claim(limit: Int, lease: Double) async throws -> [ClaimedAlias] {
        let rows = try await pool.query(
            """
            WITH due AS (
                SELECT name FROM distribution.alias_refresh
                WHERE due_at <= now() AND NOT (SELECT paused FROM distribution.alias_control WHERE id = 1)
                ORDER BY due_at LIMIT \(limit) FOR UPDATE SKIP LOCKED
            )
            UPDATE distribution.alias_refresh AS r
            SET claim = r.claim + 1, due_at = now() + \(lease) * interval '1 second', zone_id = NULL, zone_version = NULL
            FROM due JOIN distribution.alias_target AS t USING (name)
            WHERE r.name = due.name
            RETURNING r.name, r.claim, t.a, t.aaaa, t.ttl, r.failures, r.lower_ttl, r.lower_count,
                extract(epoch FROM now() - r.empty_since)::double precision AS empty_seconds,
                EXISTS (SELECT FROM app.record WHERE type = 'ALIAS' AND lower(content) = r.name) AS is_used
            """
        )
        return try rows.map(ClaimedAlias.init(row:))
    }

    /// Makes those targets due whose addresses were read from a zone of our own that has been published since; returns
    /// how many.
    package func expireChangedHomes() async throws -> Int {
        try await pool.execute(
            """
            UPDATE distribution.alias_refresh AS r SET due_at = now()
            FROM distribution.zone AS z
            WHERE r.zone_id = z.zone_id AND r.zone_version <> z.version AND r.due_at > now()
            """
        )
    }

    /// Writes results down. Where addresses changed, the same transaction has the zones published that use them, the touched
    /// names only. Returns how many zones those are.
    package func record(_ results: [AliasResult]) async throws -> Int {
        try await pool.withTransaction { transaction in
            let valid = try await note(results, in: transaction)
            let changes = results.filter { $0.isChange && valid.contains($0.name) }.sorted { $0.name < $1.name }
            guard !changes.isEmpty else { return 0 }
            return try await publish(changes, in: transaction)
        }
    }

    /// Forgets those of the targets that no record has any more.
    ///
    /// The rows are locked first: a publisher that is about to use one has then either committed, so that its record is
    /// seen, or finds no row and makes a new one.
    package func forget(_ names: [String]) async throws {
        guard !names.isEmpty else { return }
        try await pool.withTransaction { transaction in
            try await transaction.execute(
                "SELECT FROM distribution.alias_target WHERE name = ANY (\(names)) ORDER BY name FOR UPDATE"
            )
            try await transaction.execute(
                """
                DELETE FROM distribution.alias_target AS t WHERE name = ANY (\(names))
                    AND NOT EXISTS (SELECT FROM app.record WHERE type = 'ALIAS' AND lower(content) = t.name)
                """
            )
        }
    }

    /// Returns the names of the results whose claims still hold.
    private func note(_ results: [AliasResult], in transaction: PostgresTransaction) async throws -> Set<String> {
        let rows = try await transaction.query(
            """
            UPDATE distribution.alias_refresh AS r
            SET state = g.state, reason = left(g.reason, 300), failures = g.failures, tried_at = now(),
                failing_since = CASE WHEN g.failures > 0 THEN coalesce(r.failing_since, now()) END,
                empty_since = CASE WHEN g.is_empty THEN coalesce(r.empty_since, now()) END,
                resolved_at = CASE WHEN g.state = 'resolved' THEN now() ELSE r.resolved_at END,
                due_at = now() + g.wait * interval '1 second', zone_id = g.zone_id, zone_version = g.zone_version,
                lower_ttl = g.lower_ttl, lower_count = g.lower_count
            FROM unnest(
                \(results.map(\.name)), \(results.map(\.claim)), \(results.map(\.state.rawValue)),
                \(results.map(\.reason)), \(results.map(\.failures)), \(results.map(\.isEmpty)),
                \(results.map(\.wait)), \(results.map(\.home?.zone)), \(results.map(\.home?.version)),
                \(results.map(\.lowerTTL)), \(results.map(\.lowerCount))
            ) AS g (
                name, claim, state, reason, failures, is_empty, wait, zone_id, zone_version, lower_ttl, lower_count
            )
            WHERE r.name = g.name AND r.claim = g.claim
            RETURNING r.name
            """
        )
        return Set(try rows.map { row throws(PostgresError) in try row.decode(0) as String })
    }

    /// The targets' rows are locked before their users are looked for. So a publisher of a record that is not seen here
    /// reads the row after this transaction, and what it publishes is new already.
    private func publish(_ changes: [AliasResult], in transaction: PostgresTransaction) async throws -> Int {
        let names = changes.map(\.name)
        try await transaction.execute(
            "SELECT FROM distribution.alias_target WHERE name = ANY (\(names)) ORDER BY name FOR NO KEY UPDATE"
        )
        try await transaction.execute(
            """
            UPDATE distribution.alias_target AS t
            SET a = string_to_array(g.a, ','), aaaa = string_to_array(g.aaaa, ','), ttl = g.ttl, changed_at = now()
            FROM unnest(
                \(names), \(changes.map { $0.addresses.a.joined(separator: ",") }),
                \(changes.map { $0.addresses.aaaa.joined(separator: ",") }), \(changes.map(\.addresses.ttl))
            ) AS g (name, a, aaaa, ttl)
            WHERE t.name = g.name
            """
        )
        return try await transaction.execute(
            """
            INSERT INTO distribution.outbox (zone_id, zone_name, version, op, names, lane, request_id)
            SELECT z.id, z.name, z.version, 'P',
                CASE WHEN cardinality(u.names) <= \(Self.maximumNames) THEN u.names END,
                CASE WHEN count(*) OVER () > \(Self.interactiveZones) THEN 1 ELSE 0 END, gen_random_uuid()
            FROM (
                SELECT zone_id, array_agg(DISTINCT name) AS names FROM app.record
                WHERE type = 'ALIAS' AND lower(content) = ANY (\(names)) GROUP BY zone_id
            ) AS u
            JOIN app.zone AS z ON z.id = u.zone_id
            WHERE z.active
            """
        )
    }
}
