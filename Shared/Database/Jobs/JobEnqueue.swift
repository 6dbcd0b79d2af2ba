// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Jobs
package import Postgres
import Synchronization

/// Puts jobs into their queues, in the caller's transaction: they exist if and only if the transaction commits.
package enum JobEnqueue {
    /// The channel on which enqueuers `NOTIFY` after their commit, to save the workers a poll: see ``JobNotifier``. Never
    /// inside the transaction: that would make all commits wait for each other.
    package static let channel = "zonewright_jobs"

    /// Noticed by all enqueuing of the task and its children.
    @TaskLocal private static var mark: JobEnqueueMark?

    /// Puts all jobs into their queues with one statement. Jobs whose unique key is taken are left out.
    ///
    /// - Returns: how many were put in.
    @discardableResult
    package static func enqueue(_ jobs: [NewJob], in transaction: some PostgresQuerying) async throws -> Int {
        guard !jobs.isEmpty else { return 0 }
        notice()
        return try await transaction.execute(statement(jobs))
    }

    /// Puts all jobs into their queues with the transaction's next statement or its commit.
    static func postpone(_ jobs: [NewJob], in transaction: PostgresTransaction) {
        guard !jobs.isEmpty else { return }
        notice()
        transaction.postpone(statement(jobs))
    }

    /// Says that jobs were put into queues.
    static func notice() {
        mark?.set()
    }

    /// Runs `body` and says whether jobs may have been put into queues by it: whoever runs a transaction learns so that the
    /// workers are to be told after its commit.
    package static func noticing<Value: Sendable>(
        _ body: () async throws -> Value
    ) async throws -> (value: Value, enqueued: Bool) {
        let mark = JobEnqueueMark()
        let value = try await $mark.withValue(mark) { try await body() }
        return (value, mark.isSet)
    }

    /// The statement that puts jobs in.
    ///
    /// - Parameters:
    ///   - batch: counts the ends of the jobs.
    ///   - isHeld: whether the jobs wait until they are set free.
    ///   - addition: a JSON object that is merged into all arguments.
    ///   - condition: a `WHERE` clause.
    static func statement(
        _ jobs: [NewJob],
        batch: Int64? = nil,
        isHeld: Bool = false,
        addition: String = "{}",
        condition: PostgresQuery = ""
    ) -> PostgresQuery {
        let arguments: PostgresQuery =
            addition == "{}" ? "j.args::jsonb" : "j.args::jsonb || \(addition)::jsonb"
        let state: PostgresQuery =
            isHeld ? "'scheduled'" : "CASE WHEN j.delay_ms > 0 THEN 'scheduled' ELSE 'available' END"
        let time: PostgresQuery = isHeld ? "'infinity'::timestamptz" : "now() + j.delay_ms * interval '1 millisecond'"
        return """
            INSERT INTO jobs.job (queue, kind, args, unique_key, state, priority, run_at, max_attempts, version, secret, deadline,
                limit_key, batch_id)
            SELECT j.queue, j.kind, \(arguments), j.unique_key,
                \(state), j.priority::smallint,
                \(time), j.max_attempts, j.version, j.secret,
                now() + j.deadline_ms * interval '1 millisecond', j.limit_key, \(batch)::bigint
            FROM unnest(
                \(jobs.map(\.queue))::text[], \(jobs.map(\.kind))::text[], \(jobs.map(\.arguments))::text[],
                \(jobs.map(\.uniqueKey))::text[], \(jobs.map { Int32($0.priority) })::integer[],
                \(jobs.map { $0.delay.wholeMilliseconds })::bigint[],
                \(jobs.map { Int32(clamping: $0.maximumAttempts) })::integer[],
                \(jobs.map { Int32(clamping: $0.version) })::integer[], \(secrets(jobs)),
                \(jobs.map { $0.deadline?.wholeMilliseconds })::bigint[], \(jobs.map(\.limitKey))::text[]
            ) AS j (queue, kind, args, unique_key, priority, delay_ms, max_attempts, version, secret, deadline_ms, limit_key)
            \(condition)
            ON CONFLICT DO NOTHING
            """
    }

    /// As hexadecimal text: arrays of optional octets have no form of their own.
    private static func secrets(_ jobs: [NewJob]) -> PostgresQuery {
        guard jobs.contains(where: { $0.secret != nil }) else { return "'{}'::bytea[]" }
        let texts = jobs.map { job in
            job.secret.map { "\\x" + $0.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() }
        }
        return "\(texts)::text[]::bytea[]"
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

/// Whether jobs were put into queues.
private final class JobEnqueueMark: Sendable {
    private let value = Atomic<Bool>(false)

    var isSet: Bool { value.load(ordering: .acquiring) }

    func set() {
        value.store(true, ordering: .releasing)
    }
}
