// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Jobs
package import Postgres

/// Puts jobs into their queues, in the caller's transaction: they exist if and only if the transaction commits.
package enum JobEnqueue {
    /// The channel on which enqueuers may `NOTIFY` after their commit, to save the workers a poll. Never inside the
    /// transaction: that would make all commits wait for each other.
    package static let channel = "zonewright_jobs"

    /// Puts all jobs into their queues with one statement. Jobs whose unique key is taken are left out.
    ///
    /// - Returns: how many were put in.
    @discardableResult
    package static func enqueue(_ jobs: [NewJob], in transaction: some PostgresQuerying) async throws -> Int {
        guard !jobs.isEmpty else { return 0 }
        return try await transaction.execute(statement(jobs))
    }

    /// Puts all jobs into their queues with the transaction's next statement or its commit.
    static func postpone(_ jobs: [NewJob], in transaction: PostgresTransaction) {
        if !jobs.isEmpty { transaction.postpone(statement(jobs)) }
    }

    private static func statement(_ jobs: [NewJob]) -> PostgresQuery {
        """
        INSERT INTO jobs.job (queue, kind, args, unique_key, state, priority, run_at, max_attempts)
        SELECT j.queue, j.kind, j.args::jsonb, j.unique_key,
            CASE WHEN j.delay_ms > 0 THEN 'scheduled' ELSE 'available' END,
            j.priority::smallint, now() + j.delay_ms * interval '1 millisecond', j.max_attempts
        FROM unnest(
            \(jobs.map(\.queue))::text[], \(jobs.map(\.kind))::text[], \(jobs.map(\.arguments))::text[],
            \(jobs.map(\.uniqueKey))::text[], \(jobs.map { Int32($0.priority) })::integer[],
            \(jobs.map { $0.delay.wholeMilliseconds })::bigint[],
            \(jobs.map { Int32(clamping: $0.maximumAttempts) })::integer[]
        ) AS j (queue, kind, args, unique_key, priority, delay_ms, max_attempts)
        ON CONFLICT DO NOTHING
        """
    }

    /// Puts one job into its queue.
    ///
    /// - Returns: whether it was put in; `false` if its unique key is taken.
    @discardableResult
    package static func enqueue(
        _ parameters: some JobParameters,
        delay: Duration = .zero,
        uniqueKey: String? = nil,
        in transaction: some PostgresQuerying
    ) async throws -> Bool {
        let job = try NewJob(parameters, delay: delay, uniqueKey: uniqueKey)
        return try await enqueue([job], in: transaction) > 0
    }
}
