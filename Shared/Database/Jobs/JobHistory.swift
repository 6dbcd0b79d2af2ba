// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

/// How a job leaves the hot table: parts of the statements that do it.
enum JobHistory {
    /// What a `DELETE … RETURNING` from `jobs.job AS j` hands on, but for `state` and `last_error`.
    static let columns: PostgresQuery = """
        j.id, j.queue, j.kind, j.args, j.priority, j.attempt, j.max_attempts, j.created_at, j.started_at, j.version,
        j.secret, j.limit_key, j.batch_id, j.unique_key
        """

    /// Writes what was deleted as `gone`. Secrets of jobs that may be tried again by hand are kept.
    static let insert: PostgresQuery = """
        INSERT INTO jobs.history (id, queue, kind, args, state, priority, attempt, max_attempts, last_error, created_at,
            started_at, version, secret, limit_key, batch_id, unique_key)
        SELECT id, queue, kind, args, state, priority, attempt, max_attempts, last_error, created_at, started_at, version,
            CASE WHEN state <> 'completed' THEN secret END, limit_key, batch_id, unique_key
        FROM gone
        """
}
