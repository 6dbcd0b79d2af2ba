// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
import Postgres

/// What a responder has answered since its last report.
package struct AnalyticsReport: Hashable, Sendable {
    /// Queries answered from one zone on one day.
    package struct Count: Hashable, Sendable {
        package let zoneID: Int64
        package let day: CalendarDay
        package let queries: Int64

        package init(zoneID: Int64, day: CalendarDay, queries: Int64) {
            self.zoneID = zoneID
            self.day = day
            self.queries = queries
        }
    }

    /// The responder's name, as `distribution.node` has it.
    package let node: String
    /// A UUID of the responder's process.
    package let run: String
    /// Counts the reports of a run, from 1.
    package let sequence: Int64
    package let counts: [Count]

    package init(node: String, run: String, sequence: Int64, counts: [Count]) {
        self.node = node
        self.run = run
        self.sequence = sequence
        self.counts = counts
    }
}

extension AnalyticsStore {
    /// Adds reports to the counts in one transaction, each once however often it comes. Zones that were deleted meanwhile
    /// count for the account that had them; those that are not known do not count.
    ///
    /// - Parameter reports: In ascending order of each run's sequence.
    /// - Returns: how many of them were new.
    package func record(_ reports: [AnalyticsReport]) async throws -> Int {
        let runs = Dictionary(grouping: reports) { Reporter(node: $0.node, run: $0.run) }
            .sorted { ($0.key.node, $0.key.run) < ($1.key.node, $1.key.run) }
        return try await pool.withTransaction { transaction in
            var fresh: [AnalyticsReport] = []
            for (reporter, reports) in runs {
                // The row is locked from here on: the same report on two connections counts once.
                let known: Int64 = try await transaction.query(
                    """
                    INSERT INTO analytics.reporter (node, run, sequence) VALUES (\(reporter.node), \(reporter.run)::uuid, 0)
                    ON CONFLICT (node, run) DO UPDATE SET reported_at = now()
                    RETURNING sequence
                    """
                ).only().decode(0)
                let new = reports.filter { $0.sequence > known }
                guard let last = new.map(\.sequence).max() else { continue }
                fresh += new
                try await transaction.execute(
                    """
                    UPDATE analytics.reporter SET sequence = \(last)
                    WHERE node = \(reporter.node) AND run = \(reporter.run)::uuid
                    """
                )
            }
            try await add(fresh.flatMap(\.counts), transaction)
            return fresh.count
        }
    }

    private func add(_ counts: [AnalyticsReport.Count], _ transaction: some PostgresQuerying) async throws {
        guard !counts.isEmpty else { return }
        // In one order everywhere, so that reports of several nodes cannot wait for each other in a circle.
        try await transaction.execute(
            """
            INSERT INTO analytics.zone_day AS d (account_id, day, zone_name, volume)
            SELECT coalesce(z.account_id, g.account_id) AS account, c.day, coalesce(z.name, g.name) AS name,
                   sum(c.queries)::bigint
            FROM unnest(
                \(counts.map(\.zoneID)), \(counts.map(\.day.description))::date[], \(counts.map(\.queries))
            ) AS c (zone_id, day, queries)
            LEFT JOIN app.zone AS z ON z.id = c.zone_id
            LEFT JOIN app.deleted_zone AS g ON g.zone_id = c.zone_id AND z.id IS NULL
            WHERE z.id IS NOT NULL OR g.zone_id IS NOT NULL
            GROUP BY account, c.day, coalesce(z.name, g.name)
            ORDER BY account, c.day, coalesce(z.name, g.name)
            ON CONFLICT (account_id, day, zone_name) DO UPDATE SET volume = d.volume + excluded.volume
            """
        )
    }

    private struct Reporter: Hashable {
        let node: String
        let run: String
    }
}
