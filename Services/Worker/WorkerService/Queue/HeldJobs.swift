// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Jobs
import Synchronization

/// The claims this process holds: running jobs, and finished ones whose end is not stored yet.
final class HeldJobs: Sendable {
    private struct Entry {
        let interrupt: JobInterrupt
        let end: ContinuousClock.Instant
        let reason: JobInterrupt.Reason
    }

    private let entries = Mutex<[JobLease: Entry]>([:])

    /// Adds a claim whose attempt may take `limit`, and no longer than the job has until its deadline.
    func insert(
        _ lease: JobLease,
        interrupt: JobInterrupt,
        limit: Duration,
        remaining: Duration? = nil,
        now: ContinuousClock.Instant = .now
    ) {
        let entry =
            if let remaining, remaining < limit {
                Entry(interrupt: interrupt, end: now + remaining, reason: .deadline)
            } else {
                Entry(interrupt: interrupt, end: now + limit, reason: .timeLimit(limit))
            }
        entries.withLock { $0[lease] = entry }
    }

    /// Removes claims whose end is stored, or that were lost.
    func remove(_ leases: some Sequence<JobLease>) {
        entries.withLock { entries in
            for lease in leases { entries[lease] = nil }
        }
    }

    /// All claims.
    var leases: [JobLease] { entries.withLock { Array($0.keys) } }

    /// Whether there are none.
    var isEmpty: Bool { entries.withLock { $0.isEmpty } }

    /// Stops the jobs whose claims were lost and forgets them.
    func lose(_ leases: some Sequence<JobLease>) {
        let lost = entries.withLock { entries in leases.compactMap { entries.removeValue(forKey: $0) } }
        for entry in lost { entry.interrupt.interrupt(.leaseLost) }
    }

    /// Stops the jobs that took too long.
    func interruptOverdue(now: ContinuousClock.Instant = .now) {
        let overdue = entries.withLock { entries in entries.values.filter { $0.end <= now } }
        for entry in overdue { entry.interrupt.interrupt(entry.reason) }
    }

    /// Stops the jobs that someone asked to stop.
    func cancel(_ leases: some Sequence<JobLease>) {
        let cancelled = entries.withLock { entries in leases.compactMap { entries[$0] } }
        for entry in cancelled { entry.interrupt.interrupt(.cancelled) }
    }

    /// Stops all jobs, to give them back.
    func interruptAll() {
        for entry in entries.withLock({ Array($0.values) }) { entry.interrupt.interrupt(.draining) }
    }
}
