// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Jobs
import Logging
import Synchronization

/// Puts periodic jobs into their queues when their slots come. Any number of schedulers may run.
final class PeriodicScheduler: Sendable {
    /// A slot that is found later than this was missed.
    private static let grace: Int64 = 60

    private let store: JobQueueStore
    private let jobs: [PeriodicJob]
    private let notifier: JobNotifier
    private let metrics: JobMetrics
    private let logger: Logger
    /// The latest slot seen by schedule, to ask the database once a slot only.
    private let seen = Mutex<[String: Int64]>([:])

    init(store: JobQueueStore, jobs: [PeriodicJob], notifier: JobNotifier, metrics: JobMetrics, logger: Logger) {
        self.store = store
        self.jobs = jobs
        self.notifier = notifier
        self.metrics = metrics
        self.logger = logger
    }

    /// Looks at all schedules once.
    func tick() async throws {
        let now = try await store.now()
        for periodic in jobs {
            guard let slot = periodic.schedule.latestSlot(atOrBefore: now) else { continue }
            let before = seen.withLock { $0[periodic.name] }
            // The clock of the database may have been set back.
            guard before.map({ slot > $0 }) ?? true else { continue }
            try await run(periodic, slot: slot, now: now)
            seen.withLock { $0[periodic.name] = slot }
        }
    }

    private func run(_ periodic: PeriodicJob, slot: Int64, now: Int64) async throws {
        switch periodic.missed {
        case .skip:
            let isMissed = now - slot > Self.grace
            try await enqueue(isMissed ? nil : try periodic.job(slot), periodic, slot: slot)
        case .runOnce:
            try await enqueue(try periodic.job(slot), periodic, slot: slot)
        case .runAll(let most):
            let latest = try await store.latestSlot(schedule: periodic.name)
            for slot in periodic.schedule.slots(after: latest ?? slot - 1, through: slot, most: most) {
                try await enqueue(try periodic.job(slot), periodic, slot: slot)
            }
        }
    }

    private func enqueue(_ job: NewJob?, _ periodic: PeriodicJob, slot: Int64) async throws {
        guard try await store.enqueue(job, schedule: periodic.name, slot: slot), let job else { return }
        notifier.enqueued()
        metrics.enqueued(job.kind, schedule: periodic.name)
        logger.debug("periodic job enqueued", metadata: ["schedule": "\(periodic.name)"])
    }
}
