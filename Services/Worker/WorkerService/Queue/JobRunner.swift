// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Database
package import Jobs
package import Logging
package import Runtime
package import ServiceLifecycle

/// A worker's queue side put together: processors, completer, leases, staging, rescue and schedules.
package struct JobRunner: Sendable {
    private let completer: JobCompleter
    private let keeper: LeaseKeeper
    private let processors: [QueueProcessor]
    private let maintenance: [any Service]
    /// Wakes workers for jobs that were enqueued outside a handler.
    package let notifier: JobNotifier

    /// - Parameters:
    ///   - store: with the identifier of this process.
    ///   - queues: what this worker runs.
    ///   - handlers: one a kind; jobs of other kinds are left alone.
    ///   - periodic: schedules, the same in every worker.
    ///   - sealer: opens secret arguments.
    package init(
        store: JobQueueStore,
        queues: [QueueLimit],
        handlers: [JobHandler],
        periodic: [PeriodicJob] = [],
        sealer: JobSealer? = nil,
        timing: QueueTiming = QueueTiming(),
        readiness: Readiness = Readiness(),
        registry: MetricsRegistry = MetricsRegistry(),
        logger: Logger
    ) {
        let held = HeldJobs()
        let metrics = JobMetrics(registry: registry)
        let notifier = JobNotifier(store: store, logger: logger)
        let freed = WakeSignal()
        let completer = JobCompleter(
            store: store,
            held: held,
            notifier: notifier,
            freed: freed,
            metrics: metrics,
            logger: logger
        )
        let executor = JobExecutor(
            handlers: handlers,
            held: held,
            completer: completer,
            notifier: notifier,
            sealer: sealer,
            metrics: metrics,
            logger: logger
        )
        let processors = queues.map { queue in
            QueueProcessor(
                queue: queue,
                timing: timing,
                store: store,
                executor: executor,
                held: held,
                readiness: readiness,
                logger: logger
            )
        }
        let scheduler = PeriodicScheduler(
            store: store,
            jobs: periodic,
            notifier: notifier,
            metrics: metrics,
            logger: logger
        )
        self.notifier = notifier
        self.completer = completer
        self.processors = processors
        keeper = LeaseKeeper(store: store, held: held, timing: timing, metrics: metrics, logger: logger)
        maintenance = [
            NotifierService(notifier: notifier),
            RepeatingTask(name: "admit", interval: timing.staging, signal: freed, logger: logger) {
                if try await store.readmit(executor.kinds) > 0 { processors.forEach { $0.wake() } }
            },
            RepeatingTask(name: "stage", interval: timing.staging, logger: logger) {
                if try await store.stage() > 0 { processors.forEach { $0.wake() } }
            },
            RepeatingTask(name: "rescue", interval: timing.heartbeat, logger: logger) {
                let rescue = try await store.rescue()
                metrics.rescued(rescue)
                guard rescue.retried + rescue.dead > 0 else { return }
                logger.warning(
                    "jobs of lost workers taken back",
                    metadata: ["retried": "\(rescue.retried)", "dead": "\(rescue.dead)"]
                )
                processors.forEach { $0.wake() }
            },
            RepeatingTask(name: "schedule", interval: timing.scheduling, logger: logger) { try await scheduler.tick() },
            RepeatingTask(name: "statistics", interval: timing.statistics, logger: logger) {
                metrics.set(try await store.statistics(), paused: try await store.pausedQueues())
            },
        ]
    }

    /// The services in the order a service group runs them.
    package var services: [any Service] {
        [completer, keeper] + processors + maintenance
    }

    /// Lets the processors look for jobs at once.
    package func wake() {
        processors.forEach { $0.wake() }
    }
}
