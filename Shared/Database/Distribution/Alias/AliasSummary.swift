// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
import Postgres

/// How the targets of ALIAS records stand, in numbers.
package struct AliasSummary: Sendable, Hashable {
    /// How many there are of each state that there is.
    package var counts: [AliasState: Int64]
    /// How long the target has waited that waits longest, in seconds.
    package var overdueSeconds: Double
    /// Since when resolving is paused; nil when it is not.
    package var pausedSince: Timestamp?
}

/// One target as an operator sees it.
package struct AliasListing: Sendable, Hashable {
    package var name: String
    package var state: AliasState
    package var reason: String?
    package var addresses: AliasAddresses
    package var failures: Int32
    /// Of the last answer with addresses; nil when there was none yet.
    package var resolvedAt: Timestamp?
    /// Of the last attempt.
    package var triedAt: Timestamp?
    /// The owners that have it as their target, absolute, without the final dot; the first of them only.
    package var owners: [String]

    init(row: PostgresRow) throws {
        name = try row.decode("name")
        let state: String = try row.decode("state")
        guard let known = AliasState(rawValue: state) else {
            throw PostgresError(.decoding, message: "there is no state \(state)")
        }
        self.state = known
        reason = try row.decode("reason")
        addresses = try AliasAddresses(row: row)
        failures = try row.decode("failures")
        resolvedAt = try row.optionalTimestamp("resolved_at")
        triedAt = try row.optionalTimestamp("tried_at")
        owners = try row.decode("owners")
    }
}

/// For operators and metrics.
extension AliasStore {
    /// Owners that a listing names.
    package static let shownOwners: Int64 = 5

    /// The numbers now.
    package func summary() async throws -> AliasSummary {
        let rows = try await pool.query(
            """
            SELECT state, count(*) AS targets,
                coalesce(extract(epoch FROM now() - min(due_at)), 0)::double precision AS overdue
            FROM distribution.alias_refresh GROUP BY state
            """
        )
        let control = try await pool.query(
            "SELECT CASE WHEN paused THEN since END AS since FROM distribution.alias_control"
        )
        var counts: [AliasState: Int64] = [:]
        var overdue = 0.0
        for row in rows {
            if let state = AliasState(rawValue: try row.decode("state")) { counts[state] = try row.decode("targets") }
            overdue = max(overdue, try row.decode("overdue"))
        }
        return AliasSummary(
            counts: counts,
            overdueSeconds: overdue,
            pausedSince: try control.only().optionalTimestamp("since")
        )
    }

    /// Targets in one of these states, by name, behind the name `after`.
    package func list(states: [AliasState], after: String, limit: Int) async throws -> [AliasListing] {
        let rows = try await pool.query(
            """
            SELECT r.name, r.state, r.reason, t.a, t.aaaa, t.ttl, r.failures, r.resolved_at, r.tried_at, ARRAY(
                SELECT ltrim(rec.name || '.', '.') || z.name
                FROM app.record AS rec JOIN app.zone AS z ON z.id = rec.zone_id
                WHERE rec.type = 'ALIAS' AND lower(rec.content) = r.name ORDER BY rec.id LIMIT \(Self.shownOwners)
            ) AS owners
            FROM distribution.alias_refresh AS r JOIN distribution.alias_target AS t USING (name)
            WHERE r.state = ANY (\(states.map(\.rawValue))) AND r.name > \(after)
            ORDER BY r.name LIMIT \(limit)
            """
        )
        return try rows.map(AliasListing.init(row:))
    }

    /// Has a target resolved at once, or all of them (nil); returns how many. Workers are told when the caller is done.
    package func refresh(_ name: String?) async throws -> Int {
        let count = try await pool.execute(
            "UPDATE distribution.alias_refresh SET due_at = now() WHERE \(name)::text IS NULL OR name = \(name)::text"
        )
        if count > 0 { try await pool.execute("SELECT pg_notify(\(Self.channel), '')") }
        return count
    }

    /// Stops or resumes the resolving of all targets; what is published stays. Returns whether that was a change.
    package func setPaused(_ isPaused: Bool) async throws -> Bool {
        let count = try await pool.execute(
            "UPDATE distribution.alias_control SET paused = \(isPaused), since = now() WHERE paused <> \(isPaused)"
        )
        if count > 0 { try await pool.execute("SELECT pg_notify(\(Self.channel), '')") }
        return count > 0
    }
}
