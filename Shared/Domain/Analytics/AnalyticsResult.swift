// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One page of counts, with the query that it answers.
package struct AnalyticsResult: Sendable {
    /// One row: what the groupings have of it, and the queries answered.
    package struct Row: Hashable, Sendable {
        /// Nil when not grouped by it.
        package var zoneName: String?
        /// Nil when not grouped by it; as `2026-11-23`.
        package var date: String?
        package var volume: Int64

        package init(zoneName: String?, date: String?, volume: Int64) {
            self.zoneName = zoneName
            self.date = date
            self.volume = volume
        }
    }

    package let query: AnalyticsQuery
    package let accountID: Int64
    package let rows: [Row]
    /// Rows on all pages.
    package let totalEntries: Int

    package init(query: AnalyticsQuery, accountID: Int64, rows: [Row], totalEntries: Int) {
        self.query = query
        self.accountID = accountID
        self.rows = rows
        self.totalEntries = totalEntries
    }
}

extension AnalyticsResult: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.object("data") { json in
                json.member("headers", query.groupings.map(\.rawValue) + ["volume"])
                json.array("rows") { json in
                    for row in rows {
                        write(row, to: &json)
                    }
                }
            }
            json.object("query") { json in
                json.member("account_id", accountID)
                json.member("start_date", query.start.description)
                json.member("end_date", query.end.description)
                json.member(
                    "sort",
                    query.sort.map { "\($0.field.rawValue):\($0.ascending ? "asc" : "desc")" }.joined(separator: ",")
                )
                json.member("page", query.page)
                json.member("per_page", query.pageSize)
                json.member("groupings", query.groupings.map(\.rawValue).joined(separator: ","))
            }
            json.object("pagination") { json in
                json.member("current_page", query.page)
                json.member("per_page", query.pageSize)
                json.member("total_entries", totalEntries)
                json.member("total_pages", max(1, (totalEntries + query.pageSize - 1) / query.pageSize))
            }
        }
    }

    private func write(_ row: Row, to json: inout JSONWriter) {
        json.array { json in
            for grouping in query.groupings {
                json.value(grouping == .zoneName ? row.zoneName : row.date)
            }
            json.value(row.volume)
        }
    }
}
