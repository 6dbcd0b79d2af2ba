// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Postgres

/// Counts of answered queries by zone and day.
package struct AnalyticsStore: Sendable {
    let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// One page of an account's counts.
    package func result(account: Int64, _ query: AnalyticsQuery) async throws -> AnalyticsResult {
        let columns = query.groupings.map { $0 == .zoneName ? "zone_name" : "day" }
        let grouped = PostgresQuery(unescaped: columns.isEmpty ? "()" : columns.joined(separator: ", "))
        // Names of columns only: never anything that a client sent.
        let order = query.sort.map { term in
            let column = term.field == .date ? "day" : term.field.rawValue
            return "\(column)\(term.ascending ? "" : " DESC")"
        }
        let ties = columns.filter { column in !order.contains { $0.hasPrefix(column) } }
        let terms = order + ties
        let source: PostgresQuery = """
            SELECT \(unescaped: columns.contains("zone_name") ? "zone_name" : "NULL::text") AS zone_name,
                   \(unescaped: columns.contains("day") ? "day" : "NULL::date") AS day,
                   coalesce(sum(volume), 0)::bigint AS volume
            FROM analytics.zone_day
            WHERE account_id = \(account) AND day BETWEEN date '1970-01-01' + \(query.start.number)::integer
              AND date '1970-01-01' + \(query.end.number)::integer
            GROUP BY \(grouped)
            """
        let rows = try await pool.query(
            """
            SELECT zone_name, day::text AS day, volume, count(*) OVER () AS total
            FROM (\(source)) AS grouped
            ORDER BY \(unescaped: terms.isEmpty ? "volume" : terms.map { "grouped.\($0)" }.joined(separator: ", "))
            LIMIT \(query.pageSize) OFFSET \(query.offset)
            """
        )
        var total: Int = try rows.first?.decode("total") ?? 0
        if rows.isEmpty, query.page > 1 {
            total = try await pool.query("SELECT count(*) FROM (\(source)) AS grouped").only().decode(0)
        }
        return AnalyticsResult(
            query: query,
            accountID: account,
            rows: try rows.map { row in
                AnalyticsResult.Row(
                    zoneName: try row.decode("zone_name"),
                    date: try row.decode("day"),
                    volume: try row.decode("volume")
                )
            },
            totalEntries: total
        )
    }
}
