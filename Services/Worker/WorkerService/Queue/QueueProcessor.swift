// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Jobs
import Logging
import Runtime
import ServiceLifecycle
import Synchronization

/// Claims jobs of one queue and runs them, so many at a time.
///
/// When told to stop it claims no more, waits for the running jobs, and after the drain time stops those still running
/// and gives them back to the queue.
final class QueueProcessor: Service {
    private let queue: QueueLimit
    private let timing: QueueTiming
    private let store: JobQueueStore
    private let executor: JobExecutor
    private let held: HeldJobs
    private let readiness: Readiness
    private let logger: Logger
    private let signal = WakeSignal()
    private let running = Atomic<Int>(0)
    private let stopping = Atomic<Bool>(false)

    init(
        queue: QueueLimit,
        timing: QueueTiming,
        store: JobQueueStore,
        executor: JobExecutor,
        held: HeldJobs,
        readiness: Readiness,
        logger: Logger
    ) {
        self.queue = queue
        self.timing = timing
        self.store = store
        self.executor = executor
        self.held = held
        self.readiness = readiness
        self.logger = logger
    }

    /// Hints that there may be something to claim.
    func wake() {
        signal.raise()
    }

    func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                await claimUntilStopped(&group)
                await drain()
            }
        } onGracefulShutdown: {
            self.stopping.store(true, ordering: .releasing)
            self.signal.raise()
        }
    }

    private var isStopping: Bool { stopping.load(ordering: .acquiring) || Task.isCancelled }

    private func claimUntilStopped(_ group: inout DiscardingTaskGroup) async {
        var failure = RetryDelay()
        while !isStopping {
            let free = queue.concurrency - running.load(ordering: .acquiring)
            guard free > 0 else {
                await signal.wait()
                continue
            }
            // A claim costs about the same for one job as for many: under load, let some more jobs end first.
            if free < queue.concurrency / 4 { try? await Task.sleep(for: timing.gathering) }
            do {
                let jobs = try await claim()
                readiness.set("database", .ready)
                failure.reset()
                for job in jobs { start(job, in: &group) }
                if jobs.isEmpty { await signal.wait(atMost: timing.poll * Double.random(in: 0.75...1.25)) }
            } catch {
                readiness.set("database", .notReady("cannot claim jobs"))
                logger.warning("cannot claim jobs", metadata: ["queue": "\(queue.name)", "error": "\(error)"])
                await signal.wait(atMost: failure.next())
            }
        }
    }

    private func claim() async throws -> [ClaimedJob] {
        try await store.claim(
            queue: queue.name,
            kinds: executor.kinds,
            limit: queue.concurrency - running.load(ordering: .acquiring),
            lease: timing.lease
        )
    }

    private func start(_ job: ClaimedJob, in group: inout DiscardingTaskGroup) {
        running.add(1, ordering: .acquiringAndReleasing)
        let interrupt = executor.hold(job)
        group.addTask { [self] in
            await executor.run(job, interrupt: interrupt)
            running.subtract(1, ordering: .acquiringAndReleasing)
            signal.raise()
        }
    }

    private func drain() async {
        let deadline = ContinuousClock.now + timing.drain
        while running.load(ordering: .acquiring) > 0, ContinuousClock.now < deadline, !Task.isCancelled {
            await signal.wait(atMost: deadline - ContinuousClock.now)
        }
        let left = running.load(ordering: .acquiring)
        guard left > 0 else { return }
        logger.notice("giving running jobs back", metadata: ["queue": "\(queue.name)", "jobs": "\(left)"])
        held.interruptAll()
    }
}
