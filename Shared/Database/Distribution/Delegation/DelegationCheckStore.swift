// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Jobs
package import Postgres

/// What the parents of zones say about them, for the workers that ask and the customers that read it. Any number of
/// workers may share the work: a zone that is taken is left alone by the others until its lease ends.
package struct DelegationCheckStore: Sendable {
    /// New zones that are noticed at a time.
    private static let noticed: Int64 = 10_000
    /// Ids are given before their transactions commit: so many before the last known one are looked at again.
    private static let overlap: Int64 = 1_000

    /// Seconds until a zone that is not served is thought of again.
    private static let inactiveWait = 86_400.0

    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// A zone to ask about.
    package struct Claim: Sendable, Hashable {
        package let zone: Int64
        /// Lower case, without the final dot.
        package let name: String
        /// The published NS RRset of the apex as lines; nil when nothing is published.
        package let nameServers: String?
        /// Whether the zone has published keys.
        package let isSigned: Bool

        package init(zone: Int64, name: String, nameServers: String?, isSigned: Bool) {
            self.zone = zone
            self.name = name
            self.nameServers = nameServers
            self.isSigned = isSigned
        }
    }

    /// Takes at most `limit` active zones that are due, the longest waiting first, and keeps others off them for
    /// `lease` seconds.
    package func claim(limit: Int64, lease: Double) async throws -> [Claim] {
        try await pool.execute(
            """
            INSERT INTO distribution.delegation_check (zone_id)
            SELECT z.id FROM app.zone AS z
            WHERE z.id > coalesce((SELECT max(zone_id) FROM distribution.delegation_check), 0) - \(Self.overlap)
                AND NOT EXISTS (SELECT FROM distribution.delegation_check AS c WHERE c.zone_id = z.id)
            ORDER BY z.id LIMIT \(Self.noticed)
            ON CONFLICT DO NOTHING
            """
        )
        let rows = try await pool.query(
            """
            WITH due AS (
                SELECT c.zone_id FROM distribution.delegation_check AS c
                WHERE c.due_at <= now() ORDER BY c.due_at LIMIT \(limit) FOR UPDATE SKIP LOCKED
            ), taken AS (
                UPDATE distribution.delegation_check AS c
                SET due_at = now() + CASE WHEN z.active THEN \(lease) ELSE \(Self.inactiveWait) END * interval '1 second'
                FROM due JOIN app.zone AS z ON z.id = due.zone_id
                WHERE c.zone_id = due.zone_id RETURNING c.zone_id
            )
            SELECT z.id, z.name,
                (SELECT body FROM distribution.rrset WHERE zone_id = z.id AND owner = z.name || '.' AND type = 2) AS ns,
                EXISTS (
                    SELECT FROM distribution.rrset WHERE zone_id = z.id AND owner = z.name || '.' AND type = 48
                ) AS is_signed
            FROM taken JOIN app.zone AS z ON z.id = taken.zone_id AND z.active
            """
        )
        return try rows.map { row in
            Claim(
                zone: try row.decode("id"),
                name: try row.decode("name"),
                nameServers: try row.decode("ns"),
                isSigned: try row.decode("is_signed")
            )
        }
    }

    /// Writes down what was found, to be looked at again after `wait` seconds. A zone that was deleted meanwhile is passed
    /// over.
    package func record(_ check: DelegationCheck, zone: Int64, wait: Double) async throws {
        try await pool.execute(
            """
            UPDATE distribution.delegation_check
            SET state = \(check.state.rawValue), parent = \(check.parent), expected = \(check.expected),
                lame = \(check.lame), ds_without_key = \(check.hasDSWithoutKey), reason = \(check.reason),
                checked_at = now(), due_at = now() + \(wait) * interval '1 second',
                changed_at = CASE
                    WHEN (state, parent, lame, ds_without_key) IS NOT DISTINCT FROM
                        (\(check.state.rawValue)::text, \(check.parent), \(check.lame), \(check.hasDSWithoutKey)::boolean)
                    THEN changed_at ELSE now() END
            WHERE zone_id = \(zone)
            """
        )
    }

    /// What is known of a zone.
    package func check(zone: Int64) async throws -> DelegationCheck {
        let row = try await pool.first(
            """
            SELECT state, parent, expected, lame, ds_without_key, reason, checked_at, changed_at
            FROM distribution.delegation_check WHERE zone_id = \(zone)
            """
        )
        return try row.map(DelegationCheck.init(row:)) ?? DelegationCheck(.pending)
    }

    /// Has a zone looked at now, by a job of the same transaction.
    package func request(zone: Int64) async throws {
        let job = try NewJob(CheckDelegations(), uniqueKey: "asked")
        try await pool.withTransaction { transaction in
            try await transaction.execute(
                """
                INSERT INTO distribution.delegation_check (zone_id) VALUES (\(zone))
                ON CONFLICT (zone_id) DO UPDATE SET due_at = now()
                """
            )
            try await JobEnqueue.enqueue([job], in: transaction)
        }
    }
}
