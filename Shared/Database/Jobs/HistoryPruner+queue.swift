// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Jobs
import Postgres

extension HistoryPruner {
    /// Deletes what the queue remembers of batches that have ended and of limits that nothing asks for any more.
    ///
    /// - Parameter retention: how long an ended batch is kept: as long as its jobs.
    func pruneQueue(_ retention: Duration) async throws -> [String: Int] {
        [
            // One that has not ended stays however old it is: its follower waits.
            "jobs.batch": try await repeated {
                """
                DELETE FROM jobs.batch WHERE id IN (
                    SELECT id FROM jobs.batch WHERE ended_at < \(cutoff(retention))
                    ORDER BY ended_at LIMIT \(batch)
                )
                """
            },
            // A key that is deleted begins with a full bucket, as it does after so long a rest. Claims lock the rows of
            // their keys in an order of their own: one that is locked is passed over, it is in use.
            "jobs.limiter": try await repeated {
                """
                DELETE FROM jobs.limiter WHERE (kind, limit_key) IN (
                    SELECT kind, limit_key FROM jobs.limiter
                    WHERE NOT waiting AND counted_at < \(cutoff(JobLimits.longestRest))
                    ORDER BY counted_at LIMIT \(batch) FOR UPDATE SKIP LOCKED
                )
                """
            },
        ]
    }
}
