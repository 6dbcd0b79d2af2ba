// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Jobs

/// How jobs of one kind are run.
package struct JobHandler: Sendable {
    /// What the queue has to know of the kind.
    package let kind: JobKind
    let backoff: BackoffPolicy
    let timeLimit: Duration
    /// Asked before each claim: while it says no, jobs of the kind stay where they are.
    let isWanted: @Sendable () -> Bool
    /// Runs one job whose arguments are readable.
    package let run: @Sendable (ClaimedJob) async throws -> Void

    /// Runs jobs of a kind with the given closure, which must stop when its task is cancelled. What it throws decides
    /// what becomes of the job; see ``JobFailure``.
    package init<Parameters: JobParameters>(
        _ type: Parameters.Type,
        while isWanted: @escaping @Sendable () -> Bool = { true },
        run: @escaping @Sendable (Parameters, ClaimedJob) async throws -> Void
    ) {
        kind = JobKind(type)
        backoff = type.backoff
        timeLimit = type.timeLimit
        self.isWanted = isWanted
        self.run = { job in try await run(try job.decode(type), job) }
    }
}
