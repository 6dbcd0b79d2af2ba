// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Jobs
import Postgres

extension JobBook {
    /// Jobs one statement changes.
    private static let chunk: Int64 = 5_000

    /// Makes jobs run now: waiting ones, and dead or cancelled ones anew, with one attempt at least. A job made anew keeps its
    /// identifier, is not counted in its batch again and has no deadline any more. One whose unique key is taken stays
    /// where it is.
    ///
    /// - Returns: how many.
    package func retry(_ selection: JobSelection) async throws -> Int {
        let waiting = try await repeated(
            """
            WITH due AS MATERIALIZED (
                SELECT j.id FROM jobs.job AS j
                WHERE j.state IN ('scheduled', 'retryable') AND j.run_at < 'infinity' AND \(selection.conditions)
                ORDER BY j.id LIMIT \(Self.chunk)
                FOR UPDATE SKIP LOCKED
            )
            UPDATE jobs.job AS j SET state = 'available', run_at = now() FROM due WHERE j.id = due.id
            """
        )
        let ended = try await repeated(
            """
            WITH dead AS MATERIALIZED (
                SELECT j.id FROM jobs.history AS j
                WHERE j.state IN ('discarded', 'cancelled') AND \(selection.conditions)
                    AND NOT EXISTS (
                        SELECT FROM jobs.job AS o WHERE o.kind = j.kind AND o.unique_key = j.unique_key
                    )
                ORDER BY j.id LIMIT \(Self.chunk)
                FOR UPDATE SKIP LOCKED
            ), gone AS (
                DELETE FROM jobs.history AS j USING dead WHERE j.id = dead.id
                RETURNING j.id, j.queue, j.kind, j.args, j.unique_key, j.priority, j.attempt, j.max_attempts, j.last_error,
                    j.created_at, j.version, j.secret, j.limit_key
            )
            INSERT INTO jobs.job (id, queue, kind, args, unique_key, priority, attempt, max_attempts, last_error, created_at,
                version, secret, limit_key)
            OVERRIDING SYSTEM VALUE
            SELECT id, queue, kind, args, unique_key, priority, attempt, greatest(max_attempts, attempt + 1), last_error,
                created_at, version, secret, limit_key
            FROM gone
            """
        )
        return waiting + ended
    }

    /// Gives waiting jobs up, which makes them dead; forgets those that are dead already.
    ///
    /// - Returns: how many.
    package func discard(_ selection: JobSelection) async throws -> Int {
        // Dead ones first: those that become dead now are to stay.
        let dead = try await repeated(
            """
            DELETE FROM jobs.history WHERE id IN (
                SELECT j.id FROM jobs.history AS j WHERE j.state = 'discarded' AND \(selection.conditions)
                ORDER BY j.id LIMIT \(Self.chunk)
            )
            """
        )
        return dead + (try await end(selection, as: .discarded, because: "discarded by the operator"))
    }

    /// Ends jobs as no longer wanted: waiting ones at once; running ones are stopped by their worker within two seconds.
    ///
    /// - Returns: how many were ended, and how many will be.
    package func cancel(_ selection: JobSelection) async throws -> (ended: Int, stopping: Int) {
        let ended = try await end(selection, as: .cancelled, because: "cancelled by the operator")
        let stopping = try await pool.execute(
            """
            UPDATE jobs.job AS j SET cancel_requested_at = now()
            WHERE j.state = 'executing' AND j.cancel_requested_at IS NULL AND \(selection.conditions)
            """
        )
        // Some were given back by their workers between the two.
        return (ended + (try await end(selection, as: .cancelled, because: "cancelled by the operator")), stopping)
    }

    /// Moves waiting jobs to the history.
    private func end(_ selection: JobSelection, as state: JobState, because reason: String) async throws -> Int {
        try await repeated(
            """
            WITH waiting AS MATERIALIZED (
                SELECT j.id FROM jobs.job AS j WHERE j.state <> 'executing' AND \(selection.conditions)
                ORDER BY j.id LIMIT \(Self.chunk)
                FOR UPDATE SKIP LOCKED
            ), gone AS (
                DELETE FROM jobs.job AS j USING waiting WHERE j.id = waiting.id
                RETURNING \(JobHistory.columns), \(state.rawValue)::text AS state, \(reason)::text AS last_error
            )
            \(JobHistory.insert)
            """
        )
    }

    /// Runs a statement until it changes fewer rows than it may.
    private func repeated(_ statement: PostgresQuery) async throws -> Int {
        var total = 0
        while true {
            let count = try await pool.execute(statement)
            total += count
            if count < Int(Self.chunk) { return total }
        }
    }
}
