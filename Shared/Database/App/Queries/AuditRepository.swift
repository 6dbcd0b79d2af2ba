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
        if let since = filter.since {
            conditions.append("created_at >= \(since)::text::timestamptz")
        }
        if let until = filter.until {
            conditions.append("created_at < \(until)::text::timestamptz")
        }
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
