// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Postgres

/// The worker's view of webhooks: where to post, and how it went.
package struct WebhookTargetStore: Sendable {
    private let pool: PostgresPool

    /// Works on the given pool.
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The webhook; `nil` if it was deleted.
    package func target(id: Int64) async throws -> WebhookTarget? {
        let row = try await pool.first(
            "SELECT id, url, secret, suppressed_at IS NOT NULL FROM app.webhook WHERE id = \(id)"
        )
        return try row.map { row in
            WebhookTarget(
                id: try row.decode(0),
                url: try row.decode(1),
                secret: try row.decode(2),
                isSuppressed: try row.decode(3)
            )
        }
    }

    /// Logs an attempt and counts failures in a row; success sets the count back.
    ///
    /// - Parameter suppressionThreshold: at so many failures in a row the webhook is suppressed.
    /// - Returns: whether this attempt suppressed the webhook.
    package func record(_ entry: WebhookDeliveryLogEntry, suppressionThreshold: Int) async throws -> Bool {
        let milliseconds = Int32(clamping: entry.duration.wholeMilliseconds)
        let row = try await pool.first(
            """
            WITH logged AS (
                INSERT INTO jobs.webhook_delivery
                    (webhook_id, job_id, event, request_id, attempt, status, error, duration_ms)
                VALUES (\(entry.webhookID), \(entry.jobID), \(entry.event), \(entry.requestID)::uuid,
                    \(Int32(entry.attempt)), \(entry.status.map { Int32(clamping: $0) }), \(entry.error)::text,
                    \(milliseconds))
            ), old AS (
                SELECT id, failures, suppressed_at FROM app.webhook WHERE id = \(entry.webhookID) FOR UPDATE
            ), counted AS (
                UPDATE app.webhook AS w
                SET failures = CASE WHEN \(entry.error == nil) THEN 0 ELSE old.failures + 1 END,
                    suppressed_at = CASE
                        WHEN \(entry.error == nil) OR old.failures + 1 < \(Int64(suppressionThreshold))
                            THEN w.suppressed_at
                        ELSE coalesce(w.suppressed_at, now())
                    END
                FROM old
                WHERE w.id = old.id AND (\(entry.error != nil) OR old.failures <> 0)
                RETURNING old.suppressed_at IS NULL AND w.suppressed_at IS NOT NULL AS suppressed
            )
            SELECT suppressed FROM counted
            """
        )
        return try row?.decode(0) ?? false
    }
}
