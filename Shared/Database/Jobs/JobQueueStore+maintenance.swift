// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Jobs
import Postgres

extension JobQueueStore {
    /// What a rescue found.
    package struct Rescue: Sendable, Equatable {
        /// Jobs that will be tried again.
        package let retried: Int
        /// Jobs whose last attempt was lost: dead.
        package let dead: Int

        /// Counts of one rescue.
        package init(retried: Int, dead: Int) {
            self.retried = retried
            self.dead = dead
        }
    }

    /// Makes scheduled and retryable jobs available whose time has come.
    ///
    /// - Returns: how many.
    package func stage(limit: Int = 1_000) async throws -> Int {
        try await pool.execute(
            """
            WITH due AS MATERIALIZED (
                SELECT id FROM jobs.job
                WHERE state IN ('scheduled', 'retryable') AND run_at <= now()
                ORDER BY run_at
                LIMIT \(Int64(limit))
                FOR UPDATE SKIP LOCKED
            )
            UPDATE jobs.job AS j SET state = 'available' FROM due WHERE j.id = due.id
            """
        )
    }

    /// Takes jobs back whose lease ran out: their worker died or lost the database. The lost attempt counts.
    package func rescue(limit: Int = 1_000) async throws -> Rescue {
        let retried = try await pool.execute(
            """
            WITH lost AS MATERIALIZED (
                SELECT id FROM jobs.job
                WHERE state = 'executing' AND lease_until < now() AND attempt < max_attempts
                ORDER BY lease_until
                LIMIT \(Int64(limit))
                FOR UPDATE SKIP LOCKED
            )
            UPDATE jobs.job AS j
            SET state = 'available', worker_id = NULL, lease_until = NULL, last_error = 'lease expired'
            FROM lost WHERE j.id = lost.id
            """
        )
        let dead = try await pool.execute(
            """
            WITH lost AS MATERIALIZED (
                SELECT id FROM jobs.job
                WHERE state = 'executing' AND lease_until < now() AND attempt >= max_attempts
                ORDER BY lease_until
                LIMIT \(Int64(limit))
                FOR UPDATE SKIP LOCKED
            ), gone AS (
                DELETE FROM jobs.job AS j USING lost WHERE j.id = lost.id
                RETURNING \(JobHistory.columns), 'discarded' AS state, 'lease expired' AS last_error
            )
            \(JobHistory.insert)
            """
        )
        return Rescue(retried: retried, dead: dead)
    }

    /// The queues that nobody claims from.
    package func pausedQueues() async throws -> [String] {
        try await pool.query("SELECT queue FROM jobs.paused_queue ORDER BY queue").map { try $0.decode(0) }
    }

    /// Counts the live jobs by queue and state.
    package func statistics() async throws -> [QueueStatistics] {
        let rows = try await pool.query(
            """
            SELECT queue, state, count(*),
                coalesce(extract(epoch FROM now() - min(run_at) FILTER (WHERE state = 'available' AND gate <> 1)), 0)::float8,
                count(*) FILTER (WHERE state = 'available' AND gate = 1)
            FROM jobs.job
            GROUP BY queue, state
            """
        )
        return try rows.compactMap { row in
            guard let state = JobState(rawValue: try row.decode(1)) else { return nil }
            return QueueStatistics(
                queue: try row.decode(0),
                state: state,
                count: try row.decode(2),
                oldestReadySeconds: max(0, try row.decode(3)),
                limited: try row.decode(4)
            )
        }
    }
}
