// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Jobs
package import Postgres

/// A job as an operator sees it. Sealed arguments are not in it.
package struct JobDescription: Sendable, Equatable {
    /// The job.
    package let id: Int64
    /// The name of its parameters' type.
    package let kind: String
    /// The version of its arguments.
    package let version: Int
    /// The queue it waits or waited in.
    package let queue: String
    /// Where it is in its life.
    package let state: JobState
    /// Lower runs first.
    package let priority: Int
    /// Attempts begun.
    package let attempt: Int
    /// The attempt after which a failure is final.
    package let maximumAttempts: Int
    /// The arguments as JSON text.
    package let arguments: String
    /// Whether there are sealed arguments, and by which key.
    package let sealedBy: String?
    /// What the last failed attempt said.
    package let lastError: String?
    /// While it lives no other job of its kind has this key.
    package let uniqueKey: String?
    /// What its kind's limits are counted by.
    package let limitKey: String?
    /// Whether its limits hold it back.
    package let isLimited: Bool
    /// The batch that counts its end.
    package let batch: Int64?
    /// Whether it was asked to stop, and has not yet.
    package let isCancelRequested: Bool
    /// The process that runs it.
    package let worker: String?
    /// When it was put into its queue.
    package let createdAt: PostgresTimestamp
    /// When it may run; `nil` for one that waits for the end of a batch, and for ended ones.
    package let runAt: PostgresTimestamp?
    /// When its last attempt began.
    package let startedAt: PostgresTimestamp?
    /// After this it is not run any more.
    package let deadline: PostgresTimestamp?
    /// When the lease of the process that runs it ends.
    package let leaseUntil: PostgresTimestamp?
    /// When it ended.
    package let finishedAt: PostgresTimestamp?
}

extension JobDescription {
    /// What is selected from `jobs.job AS j`.
    static let liveColumns: PostgresQuery = """
        j.id, j.kind, j.version, j.queue, j.state, j.priority::integer AS priority, j.attempt, j.max_attempts,
        j.args::text AS args, substring(j.secret for 33) AS secret, j.last_error, j.unique_key, j.limit_key,
        j.state = 'available' AND j.gate = 1 AS limited, j.batch_id, j.cancel_requested_at IS NOT NULL AS cancelling,
        j.worker_id::text AS worker, j.created_at, nullif(j.run_at, 'infinity') AS run_at, j.started_at, j.deadline,
        j.lease_until, NULL::timestamptz AS finished_at
        """

    /// The same from `jobs.history AS j`.
    static let endedColumns: PostgresQuery = """
        j.id, j.kind, j.version, j.queue, j.state, j.priority::integer, j.attempt, j.max_attempts, j.args::text,
        substring(j.secret for 33), j.last_error, j.unique_key, j.limit_key, false, j.batch_id, false, NULL::text,
        j.created_at, NULL::timestamptz, j.started_at, NULL::timestamptz, NULL::timestamptz, j.finished_at
        """

    init(_ row: PostgresRow) throws {
        guard let state = JobState(rawValue: try row.decode(4)) else {
            throw PostgresError(.decoding, message: "column state holds no state of a job")
        }
        id = try row.decode(0)
        kind = try row.decode(1)
        version = Int(try row.decode(2, as: Int32.self))
        queue = try row.decode(3)
        self.state = state
        priority = Int(try row.decode(5, as: Int32.self))
        attempt = Int(try row.decode(6, as: Int32.self))
        maximumAttempts = Int(try row.decode(7, as: Int32.self))
        arguments = try row.decode(8)
        sealedBy = try row.decode(9, as: [UInt8]?.self).map { JobSealer.identifier(of: $0) ?? "?" }
        lastError = try row.decode(10)
        uniqueKey = try row.decode(11)
        limitKey = try row.decode(12)
        isLimited = try row.decode(13)
        batch = try row.decode(14)
        isCancelRequested = try row.decode(15)
        worker = try row.decode(16)
        createdAt = try row.decode(17)
        runAt = try row.decode(18)
        startedAt = try row.decode(19)
        deadline = try row.decode(20)
        leaseUntil = try row.decode(21)
        finishedAt = try row.decode(22)
    }
}
