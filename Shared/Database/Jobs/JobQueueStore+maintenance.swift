// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Jobs
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
                RETURNING j.id, j.queue, j.kind, j.args, j.priority, j.attempt, j.max_attempts, j.created_at, j.started_at
            )
            INSERT INTO jobs.history (id, queue, kind, args, state, priority, attempt, max_attempts, last_error,
                created_at, started_at)
            SELECT id, queue, kind, args, 'discarded', priority, attempt, max_attempts, 'lease expired', created_at,
                started_at
            FROM gone
            """
        )
        return Rescue(retried: retried, dead: dead)
    }

    /// The database's clock, seconds since 1970: what slots are counted by, so that workers' clocks do not matter.
    package func now() async throws -> Int64 {
        let row = try await pool.first("SELECT floor(extract(epoch FROM clock_timestamp()))::bigint")
        return try row?.decode(0) ?? 0
    }

    /// Puts the job of a slot into its queue unless some worker has done so for this slot.
    ///
    /// - Parameter slot: the slot's start, seconds since 1970.
    /// - Returns: whether this call did it.
    package func enqueue(_ job: NewJob, schedule: String, slot: Int64) async throws -> Bool {
        try await pool.execute(
            """
            WITH taken AS (
                INSERT INTO jobs.slot (schedule, slot) VALUES (\(schedule), to_timestamp(\(slot)::bigint))
                ON CONFLICT DO NOTHING
                RETURNING 1
            )
            INSERT INTO jobs.job (queue, kind, args, unique_key, priority, max_attempts)
            SELECT \(job.queue), \(job.kind), \(job.arguments)::jsonb, \(job.uniqueKey)::text,
                \(job.priority)::smallint, \(Int32(clamping: job.maximumAttempts))::integer
            FROM taken
            ON CONFLICT DO NOTHING
            """
        ) > 0
    }

    /// Counts the live jobs by queue and state.
    package func statistics() async throws -> [QueueStatistics] {
        let rows = try await pool.query(
            """
            SELECT queue, state, count(*),
                coalesce(extract(epoch FROM now() - min(run_at) FILTER (WHERE state = 'available')), 0)::float8
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
                oldestReadySeconds: max(0, try row.decode(3))
            )
        }
    }
}
