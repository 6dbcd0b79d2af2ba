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
    /// Adds a report to the counts, once however often it comes. Zones that have gone are not counted.
    ///
    /// - Returns: whether it was a new one.
    package func record(_ report: AnalyticsReport) async throws -> Bool {
        try await pool.withTransaction { transaction in
            let isNew = try await transaction.execute(
                """
                INSERT INTO analytics.reporter AS r (node, run, sequence)
                VALUES (\(report.node), \(report.run)::uuid, \(report.sequence))
                ON CONFLICT (node) DO UPDATE
                SET run = excluded.run, sequence = excluded.sequence, reported_at = now()
                WHERE r.run <> excluded.run OR r.sequence < excluded.sequence
                """
            )
            guard isNew == 1 else { return false }
            // In one order everywhere, so that reports of several nodes cannot wait for each other in a circle.
            try await transaction.execute(
                """
                INSERT INTO analytics.zone_day AS d (account_id, day, zone_name, volume)
                SELECT z.account_id, c.day, z.name, sum(c.queries)::bigint
                FROM unnest(
                    \(report.counts.map(\.zoneID)), \(report.counts.map(\.day.description))::date[],
                    \(report.counts.map(\.queries))
                ) AS c (zone_id, day, queries)
                JOIN app.zone z ON z.id = c.zone_id
                GROUP BY z.account_id, c.day, z.name
                ORDER BY z.account_id, c.day, z.name
                ON CONFLICT (account_id, day, zone_name) DO UPDATE SET volume = d.volume + excluded.volume
                """
            )
            return true
        }
    }
}
