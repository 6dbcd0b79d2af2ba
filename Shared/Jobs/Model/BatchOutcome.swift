// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// How the jobs of a batch ended: what the job that follows the batch finds in its arguments as `batch`.
package struct BatchOutcome: Codable, Sendable, Equatable {
    /// The batch.
    package let id: Int64
    /// Jobs done.
    package let completed: Int64
    /// Jobs given up. One that is tried again by hand later stays counted here.
    package let discarded: Int64
    /// Jobs no longer wanted.
    package let cancelled: Int64

    /// Counts.
    package init(id: Int64, completed: Int64, discarded: Int64, cancelled: Int64) {
        self.id = id
        self.completed = completed
        self.discarded = discarded
        self.cancelled = cancelled
    }

    /// All jobs that ended otherwise than done.
    package var failed: Int64 { discarded + cancelled }
}

/// Arguments of a job that follows a batch. The job is put into its queue together with the batch and waits until the last
/// job of the batch has ended.
package protocol BatchFollower: JobParameters {
    /// `nil` when it is made; set when it runs.
    var batch: BatchOutcome? { get }
}
