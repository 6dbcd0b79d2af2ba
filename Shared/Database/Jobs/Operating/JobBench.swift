// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Jobs
package import Postgres

/// The statements of `zonewright bench jobs`, as the operator's role. They touch jobs of the kind `bench.noop` only.
package struct JobBench: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Forgets all such jobs that do not run, and those that have ended.
    package func clear() async throws {
        try await pool.execute("DELETE FROM jobs.job WHERE kind = \(BenchNoop.kind) AND state <> 'executing'")
        try await pool.execute(
            "DELETE FROM jobs.history WHERE kind = \(BenchNoop.kind) AND finished_at > now() - interval '1 day'"
        )
    }

    /// Puts jobs into the queue in one transaction: they can be claimed all at once.
    package func fill(_ count: Int) async throws {
        try await pool.execute(
            """
            INSERT INTO jobs.job (queue, kind, args)
            SELECT \(BenchNoop.queue), \(BenchNoop.kind), jsonb_build_object('number', n)
            FROM generate_series(0, \(Int64(count) - 1)) AS n
            """
        )
    }

    /// Puts one job into the queue, in a transaction of its own.
    package func enqueueOne(_ number: Int) async throws {
        try await JobEnqueue.enqueue(BenchNoop(number: number), in: pool)
    }

    /// Jobs that have not ended.
    package func left() async throws -> Int64 {
        try await pool.first("SELECT count(*) FROM jobs.job WHERE kind = \(BenchNoop.kind)")?.decode(0) ?? 0
    }

    /// From the first start to the last end.
    package func burnDownSeconds() async throws -> Double {
        let row = try await pool.first(
            """
            SELECT coalesce(extract(epoch FROM max(finished_at) - min(started_at)), 0)::float8 FROM jobs.history
            WHERE kind = \(BenchNoop.kind) AND finished_at > now() - interval '1 day'
            """
        )
        return try row?.decode(0) ?? 0
    }

    /// Milliseconds from the start of the enqueuing transaction to that of the claim, by the database's clock.
    package func startLatencies() async throws -> [Double] {
        let rows = try await pool.query(
            """
            SELECT (extract(epoch FROM started_at - created_at) * 1000)::float8 FROM jobs.history
            WHERE kind = \(BenchNoop.kind) AND state = 'completed' AND finished_at > now() - interval '1 day'
            """
        )
        return try rows.map { try $0.decode(0) }
    }
}
