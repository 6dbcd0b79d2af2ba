// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import CoreMetrics
import Database
import Jobs
import Metrics
import Runtime
import Synchronization

/// The worker's metrics.
final class JobMetrics: Sendable {
    private let registry: MetricsRegistry
    private let statistics = Mutex<(entries: [QueueStatistics], paused: [String])>(([], []))

    init(registry: MetricsRegistry) {
        self.registry = registry
        registry.describe("jobs_started_total", help: "Attempts begun, by kind.")
        registry.describe("jobs_succeeded_total", help: "Jobs completed, by kind.")
        registry.describe("jobs_failed_total", help: "Failed attempts that will be repeated, by kind.")
        registry.describe("jobs_dead_total", help: "Jobs given up, by kind.")
        registry.describe("jobs_cancelled_total", help: "Jobs no longer wanted, by kind.")
        registry.describe("jobs_released_total", help: "Attempts given back uncounted, by kind.")
        registry.describe("jobs_rescued_total", help: "Jobs taken back from workers that died.")
        registry.describe("jobs_rescued_dead_total", help: "Jobs whose last attempt died with its worker.")
        registry.describe("jobs_lease_lost_total", help: "Attempts whose lease was lost before they ended.")
        registry.describe("jobs_enqueued_total", help: "Periodic jobs put into their queues, by kind and schedule.")
        registry.describe("job_duration_seconds", help: "Length of an attempt, by kind.")
        registry.describe("job_wait_seconds", help: "From runnable to claimed, by kind.")
        registry.collect(.gauge, "jobs_live", help: "Live jobs by queue and state, counted every 10 seconds.") {
            [weak self] in
            self?.statistics.withLock { $0.entries }.map { entry in
                MetricSample(
                    labels: [("queue", entry.queue), ("state", entry.state.rawValue)],
                    value: Double(entry.count)
                )
            } ?? []
        }
        registry.collect(.gauge, "jobs_ready", help: "Jobs that could run now, by queue.") { [weak self] in
            self?.available { Double($0.count - $0.limited) } ?? []
        }
        registry.collect(.gauge, "jobs_limited", help: "Jobs that a limit of their key holds back, by queue.") {
            [weak self] in
            self?.available { Double($0.limited) } ?? []
        }
        registry.collect(.gauge, "jobs_queue_paused", help: "1 for each queue that is paused.") { [weak self] in
            self?.statistics.withLock { $0.paused }.map { MetricSample(labels: [("queue", $0)], value: 1) } ?? []
        }
        registry.collect(.gauge, "jobs_oldest_ready_seconds", help: "Age of the oldest runnable job, by queue.") {
            [weak self] in self?.available(\.oldestReadySeconds) ?? []
        }
    }

    func started(_ job: ClaimedJob) {
        counter("jobs_started_total", job.kind)
        timer("job_wait_seconds", job.kind, job.waited)
    }

    func ended(_ job: ClaimedJob, _ resolution: JobResolution?, duration: Duration) {
        timer("job_duration_seconds", job.kind, duration)
        switch resolution {
        case .complete?: counter("jobs_succeeded_total", job.kind)
        case .retry?: counter("jobs_failed_total", job.kind)
        case .discard?: counter("jobs_dead_total", job.kind)
        case .cancel?: counter("jobs_cancelled_total", job.kind)
        case .release?: counter("jobs_released_total", job.kind)
        case nil: lost(1)
        }
    }

    func lost(_ count: Int) {
        Counter(label: "jobs_lease_lost_total", factory: registry).increment(by: count)
    }

    func rescued(_ rescue: JobQueueStore.Rescue) {
        Counter(label: "jobs_rescued_total", factory: registry).increment(by: rescue.retried)
        Counter(label: "jobs_rescued_dead_total", factory: registry).increment(by: rescue.dead)
    }

    func enqueued(_ kind: String, schedule: String) {
        Counter(label: "jobs_enqueued_total", dimensions: [("kind", kind), ("schedule", schedule)], factory: registry)
            .increment()
    }

    func set(_ entries: [QueueStatistics], paused: [String]) {
        statistics.withLock { $0 = (entries, paused) }
    }

    private func available(_ value: (QueueStatistics) -> Double) -> [MetricSample] {
        statistics.withLock { $0.entries }.filter { $0.state == .available }.map { entry in
            MetricSample(labels: [("queue", entry.queue)], value: value(entry))
        }
    }

    private func counter(_ name: String, _ kind: String) {
        Counter(label: name, dimensions: [("kind", kind)], factory: registry).increment()
    }

    private func timer(_ name: String, _ kind: String, _ duration: Duration) {
        registry.makeTimer(label: name, dimensions: [("kind", kind)]).recordNanoseconds(
            Int64(duration.inSeconds * 1e9)
        )
    }
}
