// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

extension ProbeStore {
    /// How long a zone that was sent again is given before it is sent once more, in seconds.
    private static let patience = 600.0
    /// Zones sent again in one run: a fault that shows everywhere is not mended by sending everything.
    private static let repairsPerRun: Int64 = 100

    /// Writes a run down: what is different (new or again), and what was asked and is no different any more.
    package func record(
        _ summaries: [ProbeSummary],
        findings: [ProbeFinding],
        settled: some Collection<ProbeKey> & Sendable
    ) async throws {
        try await pool.withTransaction { transaction in
            try await transaction.execute(
                """
                INSERT INTO distribution.probe AS probe (node, probed_at, answered_at, asked, unanswered)
                SELECT node, now(), CASE WHEN unanswered < asked THEN now() END, asked, unanswered
                FROM unnest(
                    \(summaries.map(\.node)), \(summaries.map(\.asked)), \(summaries.map(\.unanswered))
                ) AS given (node, asked, unanswered)
                ON CONFLICT (node) DO UPDATE
                SET probed_at = excluded.probed_at, asked = excluded.asked, unanswered = excluded.unanswered,
                    answered_at = coalesce(excluded.answered_at, probe.answered_at)
                """
            )
            try await transaction.execute(
                """
                DELETE FROM distribution.probe_difference AS d
                USING unnest(\(settled.map(\.node)), \(settled.map(\.zone))) AS given (node, zone_id)
                WHERE d.node = given.node AND d.zone_id = given.zone_id
                """
            )
            try await transaction.execute(
                """
                INSERT INTO distribution.probe_difference AS d (node, zone_id, zone_name, question, reason)
                SELECT * FROM unnest(
                    \(findings.map(\.key.node)), \(findings.map(\.key.zone)), \(findings.map(\.zoneName)),
                    \(findings.map(\.question)), \(findings.map(\.reason))
                )
                ON CONFLICT (node, zone_id) DO UPDATE
                SET question = excluded.question, reason = excluded.reason, seen_at = now()
                """
            )
            // Of nodes and zones that are no more nobody will ever say that all is well.
            try await transaction.execute(
                """
                DELETE FROM distribution.probe_difference AS d
                WHERE NOT EXISTS (SELECT FROM distribution.node AS n WHERE n.name = d.node)
                    OR NOT EXISTS (SELECT FROM distribution.zone AS z WHERE z.zone_id = d.zone_id)
                """
            )
        }
    }

    /// Has zones with differences sent again, whole, each at most once in ten minutes; returns their names.
    package func repair() async throws -> [String] {
        try await pool.withTransaction { transaction in
            let rows = try await transaction.query(
                """
                WITH due AS (
                    SELECT zone_id, min(zone_name) AS zone_name FROM distribution.probe_difference
                    GROUP BY zone_id
                    HAVING bool_and(
                        repaired_at IS NULL OR repaired_at < now() - \(Self.patience) * interval '1 second'
                    )
                    ORDER BY zone_id LIMIT \(Self.repairsPerRun)
                ), sent AS (
                    SELECT zone_id, zone_name, distribution.republish(zone_id) AS is_sent FROM due
                )
                UPDATE distribution.probe_difference AS d SET repaired_at = now(), repairs = repairs + 1
                FROM sent WHERE d.zone_id = sent.zone_id AND sent.is_sent
                RETURNING sent.zone_name
                """
            )
            return Array(Set(try rows.map { row throws(PostgresError) in try row.decode(0) as String })).sorted()
        }
    }

    /// The oldest differences, at most `limit`, how many there are, and who answers nothing.
    package func report(limit: Int) async throws -> ProbeReport {
        let silent = try await pool.query(
            """
            SELECT p.node FROM distribution.probe AS p JOIN distribution.node AS n ON n.name = p.node
            WHERE p.asked > 0 AND p.asked = p.unanswered AND n.connected ORDER BY p.node
            """
        )
        let rows = try await pool.query(
            """
            SELECT node, zone_id, zone_name, question, reason, since, repairs, count(*) OVER () AS total
            FROM distribution.probe_difference ORDER BY since, zone_name, node LIMIT \(limit)
            """
        )
        let total: Int64? = try rows.first?.decode("total")
        return ProbeReport(
            differences: try rows.map(ProbeDifference.init(row:)),
            count: total ?? 0,
            silent: try silent.map { row throws(PostgresError) in try row.decode(0) }
        )
    }
}
