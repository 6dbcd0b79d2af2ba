// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Jobs
package import Postgres

/// What an operator asks of the queue, as the operator's role.
package struct JobBook: Sendable {
    let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Jobs that a selection matches, the youngest first.
    package func jobs(_ selection: JobSelection, limit: Int = 50) async throws -> [JobDescription] {
        var parts: [PostgresQuery] = []
        if selection.includesLive {
            parts.append(
                """
                (SELECT \(JobDescription.liveColumns) FROM jobs.job AS j WHERE \(selection.conditions)
                    ORDER BY j.id DESC LIMIT \(Int64(limit)))
                """
            )
        }
        if selection.includesEnded {
            parts.append(
                """
                (SELECT \(JobDescription.endedColumns) FROM jobs.history AS j WHERE \(selection.conditions)
                    ORDER BY j.id DESC LIMIT \(Int64(limit)))
                """
            )
        }
        let union = PostgresQuery.joined(parts, separator: " UNION ALL ")
        let rows = try await pool.query(parts.count == 1 ? union : "\(union) ORDER BY 1 DESC LIMIT \(Int64(limit))")
        return try rows.map { try JobDescription($0) }
    }

    /// A job, live or ended.
    package func job(_ id: Int64) async throws -> JobDescription? {
        try await jobs(JobSelection(ids: [id]), limit: 1).first
    }

    /// Live jobs by queue, kind and state, and dead ones; completed and cancelled ones only when they are asked for, since
    /// there may be millions.
    package func counts(_ selection: JobSelection) async throws -> [JobCount] {
        var ended = selection
        ended.states = selection.states.isEmpty ? [.discarded] : selection.states
        let rows = try await pool.query(
            """
            SELECT j.queue, j.kind, j.state, count(*), count(*) FILTER (WHERE j.gate = 1 AND j.state = 'available')
            FROM jobs.job AS j WHERE \(selection.conditions) GROUP BY 1, 2, 3
            UNION ALL
            SELECT j.queue, j.kind, j.state, count(*), 0 FROM jobs.history AS j WHERE \(ended.conditions) GROUP BY 1, 2, 3
            ORDER BY 1, 2, 3
            """
        )
        return try rows.compactMap { row in
            guard let state = JobState(rawValue: try row.decode(2)) else { return nil }
            return JobCount(
                queue: try row.decode(0),
                kind: try row.decode(1),
                state: state,
                count: try row.decode(3),
                limited: try row.decode(4)
            )
        }
    }

    /// The queues that nobody claims from, and since when.
    package func pausedQueues() async throws -> [(queue: String, since: PostgresTimestamp)] {
        try await pool.query("SELECT queue, paused_at FROM jobs.paused_queue ORDER BY queue").map {
            (try $0.decode(0), try $0.decode(1))
        }
    }

    /// Keeps workers from claiming jobs of a queue from their next look on; what runs goes on.
    ///
    /// - Returns: whether it was not paused before.
    package func pause(_ queue: String) async throws -> Bool {
        try await pool.execute("INSERT INTO jobs.paused_queue (queue) VALUES (\(queue)) ON CONFLICT DO NOTHING") > 0
    }

    /// Lets workers claim again.
    ///
    /// - Returns: whether it was paused before.
    package func resume(_ queue: String) async throws -> Bool {
        try await pool.execute("DELETE FROM jobs.paused_queue WHERE queue = \(queue)") > 0
    }
}
