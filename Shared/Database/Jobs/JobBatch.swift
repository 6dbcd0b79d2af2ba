// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Jobs
package import Postgres

/// Jobs whose end another job waits for.
package enum JobBatch {
    /// Jobs one statement puts in.
    private static let chunk = 2_000

    /// Why a batch was not made.
    package enum Failure: Error, Equatable {
        /// The follower has a unique key that is taken.
        case followerExists
    }

    /// Puts jobs into their queues, and one that runs once when the last of them has ended, whichever way; its arguments say
    /// how many ended how. All of it exists if and only if the transaction commits.
    ///
    /// Jobs whose unique key is taken are left out and not counted. With none left the follower runs at once.
    ///
    /// - Returns: the batch's identifier and how many jobs were put in.
    @discardableResult
    package static func enqueue(
        _ jobs: [NewJob],
        then follower: some BatchFollower,
        in transaction: PostgresTransaction
    ) async throws -> (id: Int64, count: Int) {
        let next = try await transaction.first("SELECT nextval('jobs.batch_id_seq')")
        let id: Int64 = try next?.decode(0) ?? 0
        var count = 0
        for start in stride(from: 0, to: jobs.count, by: chunk) {
            let part = Array(jobs[start..<min(start + chunk, jobs.count)])
            count += try await transaction.execute(JobEnqueue.statement(part, batch: id))
        }
        let follower = try await follow(try NewJob(follower), batch: id, isEmpty: count == 0, in: transaction)
        try await transaction.execute(
            """
            INSERT INTO jobs.batch (id, callback_id, total, ended_at)
            VALUES (\(id), \(follower), \(Int64(count)), CASE WHEN \(Int64(count))::bigint = 0 THEN now() END)
            """
        )
        JobEnqueue.notice()
        return (id, count)
    }

    /// Puts the follower in, to be set free by the last end; of an empty batch it is free at once.
    private static func follow(
        _ job: NewJob,
        batch: Int64,
        isEmpty: Bool,
        in transaction: PostgresTransaction
    ) async throws -> Int64 {
        let none = #"{"batch":{"id":\#(batch),"completed":0,"discarded":0,"cancelled":0}}"#
        let statement = JobEnqueue.statement([job], isHeld: !isEmpty, addition: isEmpty ? none : "{}")
        guard try await transaction.execute(statement) == 1 else { throw Failure.followerExists }
        // Not read back from the row: the web service may not read jobs.
        let row = try await transaction.first("SELECT currval('jobs.job_id_seq')")
        return try row?.decode(0) ?? 0
    }
}
