// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Jobs
import Synchronization

/// The claims this process holds: running jobs, and finished ones whose end is not stored yet.
final class HeldJobs: Sendable {
    private struct Entry {
        let interrupt: JobInterrupt
        let deadline: ContinuousClock.Instant
        let limit: Duration
    }

    private let entries = Mutex<[JobLease: Entry]>([:])

    /// Adds a claim whose attempt may take `limit`.
    func insert(_ lease: JobLease, interrupt: JobInterrupt, limit: Duration, now: ContinuousClock.Instant = .now) {
        entries.withLock { $0[lease] = Entry(interrupt: interrupt, deadline: now + limit, limit: limit) }
    }

    /// Removes claims whose end is stored, or that were lost.
    func remove(_ leases: some Sequence<JobLease>) {
        entries.withLock { entries in
            for lease in leases { entries[lease] = nil }
        }
    }

    /// All claims.
    var leases: [JobLease] { entries.withLock { Array($0.keys) } }

    /// Stops the jobs whose claims were lost and forgets them.
    func lose(_ leases: some Sequence<JobLease>) {
        let lost = entries.withLock { entries in leases.compactMap { entries.removeValue(forKey: $0) } }
        for entry in lost { entry.interrupt.interrupt(.leaseLost) }
    }

    /// Stops the jobs that took too long.
    func interruptOverdue(now: ContinuousClock.Instant = .now) {
        let overdue = entries.withLock { entries in entries.values.filter { $0.deadline <= now } }
        for entry in overdue { entry.interrupt.interrupt(.timeLimit(entry.limit)) }
    }

    /// Stops all jobs, to give them back.
    func interruptAll() {
        for entry in entries.withLock({ Array($0.values) }) { entry.interrupt.interrupt(.draining) }
    }
}
