// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Jobs
import Logging
import Synchronization

/// Puts periodic jobs into their queues when their slots come. Any number of schedulers may run.
final class PeriodicScheduler: Sendable {
    private let store: JobQueueStore
    private let jobs: [PeriodicJob]
    private let metrics: JobMetrics
    private let logger: Logger
    /// The latest slot seen by schedule, to ask the database once a slot only.
    private let seen = Mutex<[String: Int64]>([:])

    init(store: JobQueueStore, jobs: [PeriodicJob], metrics: JobMetrics, logger: Logger) {
        self.store = store
        self.jobs = jobs
        self.metrics = metrics
        self.logger = logger
    }

    /// Looks at all schedules once.
    func tick() async throws {
        let now = try await store.now()
        for periodic in jobs {
            guard let slot = periodic.schedule.latestSlot(atOrBefore: now),
                slot != seen.withLock({ $0[periodic.name] })
            else { continue }
            if try await store.enqueue(try periodic.job(), schedule: periodic.name, slot: slot) {
                metrics.enqueued(schedule: periodic.name)
                logger.debug("periodic job enqueued", metadata: ["schedule": "\(periodic.name)"])
            }
            seen.withLock { $0[periodic.name] = slot }
        }
    }
}
