// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Jobs
import Logging
import ServiceLifecycle
import Synchronization

/// Renews the leases of held claims, and stops jobs that lost theirs, take too long, or are not wanted any more.
///
/// It works until the processors have drained: list it before them.
final class LeaseKeeper: Service {
    private let store: JobQueueStore
    private let held: HeldJobs
    private let timing: QueueTiming
    private let metrics: JobMetrics
    private let logger: Logger

    init(store: JobQueueStore, held: HeldJobs, timing: QueueTiming, metrics: JobMetrics, logger: Logger) {
        self.store = store
        self.held = held
        self.timing = timing
        self.metrics = metrics
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            var nextRenewal = ContinuousClock.now + timing.heartbeat
            while !Task.isCancelled {
                try? await Task.sleep(for: min(.seconds(1), timing.heartbeat))
                held.interruptOverdue()
                await cancel()
                guard ContinuousClock.now >= nextRenewal else { continue }
                // After a failure try again soon: a lease outlives three missed renewals.
                nextRenewal =
                    ContinuousClock.now + (await renew() ? timing.heartbeat : min(.seconds(2), timing.heartbeat))
            }
        }
    }

    /// Stops the jobs that someone asked to stop. Failures are those of the renewal, too, which tells of them.
    private func cancel() async {
        guard !held.isEmpty, let cancelled = try? await store.cancelled() else { return }
        held.cancel(cancelled)
    }

    /// - Returns: whether the database answered.
    func renew() async -> Bool {
        let leases = held.leases
        do {
            let renewed = try await store.renew(leases, lease: timing.lease)
            // Claims that ended meanwhile are not held any more; losing them changes nothing.
            let lost = leases.filter { !renewed.contains($0) }
            held.lose(lost)
            return true
        } catch {
            logger.warning("cannot renew leases", metadata: ["jobs": "\(leases.count)", "error": "\(error)"])
            return false
        }
    }
}
