// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Jobs
import Logging
import ServiceLifecycle
import Synchronization

/// Stores the ends of jobs, many at a time, and keeps trying while the database is away.
///
/// Claims stay held until their end is stored, so that their leases go on. List it before the processors: it stops
/// after them, with nothing left.
final class JobCompleter: Service {
    private struct Entry {
        let end: FinishedJob
        let isLimited: Bool
        let hasBatch: Bool
    }

    /// Most ends one statement stores.
    static let batchSize = 500
    /// How long the first end of a batch waits for others.
    static let delay = Duration.milliseconds(4)

    private let store: JobQueueStore
    private let held: HeldJobs
    private let notifier: JobNotifier
    private let metrics: JobMetrics
    private let logger: Logger
    private let signal = WakeSignal()
    private let pending = Mutex<[Entry]>([])
    /// Told when jobs of limited keys have ended: others may take their places.
    private let freed: WakeSignal
    private let stopping = Atomic<Bool>(false)

    init(
        store: JobQueueStore,
        held: HeldJobs,
        notifier: JobNotifier,
        freed: WakeSignal,
        metrics: JobMetrics,
        logger: Logger
    ) {
        self.store = store
        self.notifier = notifier
        self.freed = freed
        self.held = held
        self.metrics = metrics
        self.logger = logger
    }

    /// Takes over the end of a job.
    func add(_ job: ClaimedJob, _ resolution: JobResolution) {
        let end = FinishedJob(lease: job.lease, resolution: resolution)
        let entry = Entry(end: end, isLimited: job.limitKey != nil, hasBatch: job.batch != nil)
        let isFirst = pending.withLock { pending in
            pending.append(entry)
            return pending.count == 1
        }
        if isFirst { signal.raise() }
    }

    func run() async throws {
        await withGracefulShutdownHandler {
            while !Task.isCancelled {
                if await flush() { continue }
                if stopping.load(ordering: .acquiring) { return }
                await signal.wait()
                try? await Task.sleep(for: Self.delay)
            }
        } onGracefulShutdown: {
            self.stopping.store(true, ordering: .releasing)
            self.signal.raise()
        }
    }

    /// Stores one batch.
    ///
    /// - Returns: whether there was anything to store.
    private func flush() async -> Bool {
        let batch = pending.withLock { Array($0.prefix(Self.batchSize)) }
        guard !batch.isEmpty else { return false }
        var backoff = RetryDelay()
        while !Task.isCancelled {
            do {
                let accepted = try await store.finish(batch.map(\.end))
                pending.withLock { $0.removeFirst(batch.count) }
                settle(batch, accepted: accepted)
                return true
            } catch {
                logger.warning(
                    "cannot store the ends of jobs",
                    metadata: ["jobs": "\(batch.count)", "error": "\(error)"]
                )
                try? await Task.sleep(for: backoff.next())
            }
        }
        return false
    }

    private func settle(_ batch: [Entry], accepted: Set<JobLease>) {
        held.remove(batch.map(\.end.lease))
        if batch.contains(where: \.isLimited) { freed.raise() }
        if batch.contains(where: \.hasBatch) { notifier.enqueued() }
        let refused = batch.count { !accepted.contains($0.end.lease) }
        guard refused > 0 else { return }
        // A statement repeated after a lost connection may find its own work done: that is refused here, too.
        metrics.lost(refused)
        logger.warning("ends of jobs were refused, their leases are lost", metadata: ["jobs": "\(refused)"])
    }
}
