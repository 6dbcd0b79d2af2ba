// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Postgres

/// Deletes history beyond its retention, in batches small enough not to hold locks for long.
package struct HistoryPruner: Sendable {
    private let pool: PostgresPool
    /// Rows a statement.
    let batch: Int64

    /// - Parameter batch: rows a statement.
    package init(pool: PostgresPool, batch: Int64 = 5_000) {
        self.pool = pool
        self.batch = batch
    }

    /// Deletes everything that is too old. Stops between batches when the task is cancelled.
    ///
    /// - Returns: rows deleted by table.
    package func prune(_ retention: HistoryRetention) async throws -> [String: Int] {
        var deleted = try await pruneHistory(retention)
        deleted.merge(try await pruneEnded()) { $0 + $1 }
        deleted.merge(try await pruneQueue(retention.finishedJobs)) { $0 + $1 }
        deleted.merge(try await pruneAnalytics(retention.analytics)) { $0 + $1 }
        deleted["operations.error_group"] = try await pruneErrors(retention.errors)
        return deleted
    }

    private func pruneHistory(_ retention: HistoryRetention) async throws -> [String: Int] {
        [
            "jobs.history": try await repeated {
                """
                DELETE FROM jobs.history WHERE id IN (
                    SELECT id FROM jobs.history
                    WHERE state <> 'discarded' AND finished_at < \(cutoff(retention.finishedJobs))
                    ORDER BY finished_at LIMIT \(batch)
                )
                """
            }
                + repeated {
                    """
                    DELETE FROM jobs.history WHERE id IN (
                        SELECT id FROM jobs.history
                        WHERE state = 'discarded' AND finished_at < \(cutoff(retention.deadJobs))
                        ORDER BY finished_at LIMIT \(batch)
                    )
                    """
                },
            "jobs.webhook_delivery": try await repeated {
                """
                DELETE FROM jobs.webhook_delivery WHERE id IN (
                    SELECT id FROM jobs.webhook_delivery WHERE delivered_at < \(cutoff(retention.deliveries))
                    ORDER BY delivered_at LIMIT \(batch)
                )
                """
            },
            "app.zone_change": try await repeated {
                """
                DELETE FROM app.zone_change WHERE id IN (
                    SELECT id FROM app.zone_change WHERE created_at < \(cutoff(retention.changes))
                    ORDER BY created_at LIMIT \(batch)
                )
                """
            },
            "app.audit": try await repeated {
                """
                DELETE FROM app.audit WHERE id IN (
                    SELECT id FROM app.audit WHERE created_at < \(cutoff(retention.audit))
                    ORDER BY created_at LIMIT \(batch)
                )
                """
            },
            "app.idempotency_key": try await repeated {
                """
                DELETE FROM app.idempotency_key WHERE id IN (
                    SELECT id FROM app.idempotency_key WHERE created_at < now() - \(IdempotencyStore.retention)
                    ORDER BY created_at LIMIT \(batch)
                )
                """
            },
            // The latest slot of a schedule stays, however old: without it the slot would run again.
            "jobs.slot": try await repeated {
                """
                DELETE FROM jobs.slot AS s WHERE (s.schedule, s.slot) IN (
                    SELECT o.schedule, o.slot FROM jobs.slot AS o
                    WHERE o.slot < now() - interval '7 days'
                        AND EXISTS (SELECT FROM jobs.slot AS n WHERE n.schedule = o.schedule AND n.slot > o.slot)
                    LIMIT \(batch)
                )
                """
            },
        ]
    }

    func cutoff(_ retention: Duration) -> PostgresQuery {
        "now() - \(retention.wholeMilliseconds) * interval '1 millisecond'"
    }

    /// Runs a statement of at most `batch` rows until it finds fewer.
    func repeated(_ statement: () -> PostgresQuery) async throws -> Int {
        var total = 0
        while true {
            try Task.checkCancellation()
            let count = try await pool.execute(statement())
            total += count
            if count < Int(batch) { return total }
        }
    }
}
