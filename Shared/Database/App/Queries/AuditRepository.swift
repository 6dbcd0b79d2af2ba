// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Postgres

/// Reads an account's audit, the newest first.
package struct AuditRepository: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The conditions of a filter's times.
    ///
    /// Ids are given in the order of time, but an entry has the time of its transaction's start. No transaction of the
    /// platform takes an hour, so that the ids an hour off are bounds: with them what is read begins at the period, and
    /// does not pass over all that is newer.
    private static func period(_ filter: AuditFilter) -> [PostgresQuery] {
        var conditions: [PostgresQuery] = []
        if let since = filter.since {
            conditions.append("created_at >= \(since)::text::timestamptz")
            conditions.append(
                """
                id > coalesce((
                    SELECT e.id FROM app.audit e
                    WHERE e.created_at < \(since)::text::timestamptz - interval '1 hour'
                    ORDER BY e.created_at DESC LIMIT 1
                ), 0)
                """
            )
        }
        if let until = filter.until {
            conditions.append("created_at < \(until)::text::timestamptz")
            conditions.append(
                """
                id < coalesce((
                    SELECT e.id FROM app.audit e
                    WHERE e.created_at >= \(until)::text::timestamptz + interval '1 hour'
                    ORDER BY e.created_at LIMIT 1
                ), \(Int64.max))
                """
            )
        }
        return conditions
    }

    /// Up to `limit` entries that come behind the entry `cursor`, or from the newest on.
    ///
    /// The cost depends on `limit` and on how many rows the filter passes over, not on the entries before.
    package func list(
        account: Int64,
        filter: AuditFilter = AuditFilter(),
        before cursor: Int64? = nil,
        limit: Int
    ) async throws -> [AuditEntry] {
        var conditions: [PostgresQuery] = ["account_id = \(account)"]
        if let cursor {
            conditions.append("id < \(cursor)")
        }
        if let subject = filter.subject {
            conditions.append("subject = \(subject)")
        }
        if let action = filter.action {
            conditions.append("action = \(action)")
        }
        if let actor = filter.actor {
            conditions.append("actor = \(actor)")
        }
        if let token = filter.tokenID {
            conditions.append("token_id = \(token)")
        }
        if let address = filter.remoteAddress {
            conditions.append("remote_address = \(address)")
        }
        conditions += Self.period(filter)
        let rows = try await pool.query(
            """
            SELECT id, actor, token_id, remote_address, request_id::text AS request_id, action, subject,
                   before::text AS before, after::text AS after, created_at
            FROM app.audit WHERE \(PostgresQuery.joined(conditions, separator: " AND "))
            ORDER BY id DESC LIMIT \(limit)
            """
        )
        return try rows.map { row in
            AuditEntry(
                id: try row.decode("id"),
                actor: try row.decode("actor"),
                tokenID: try row.decode("token_id"),
                remoteAddress: try row.decode("remote_address"),
                requestID: try row.decode("request_id"),
                action: try row.decode("action"),
                subject: try row.decode("subject"),
                before: try row.decode("before"),
                after: try row.decode("after"),
                createdAt: try row.timestamp("created_at")
            )
        }
    }
}
