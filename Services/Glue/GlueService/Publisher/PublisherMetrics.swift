// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Metrics

/// What the publisher counts. Durations are in seconds.
struct PublisherMetrics: Sendable {
    /// From the commit of a change to the commit of its publication.
    private let latency: Timer
    private let batchZones: Recorder
    private let zones: Counter
    private let failures: Counter

    init(lanes: ClosedRange<Int16>) {
        let labels = [("lane", lanes.lowerBound == 0 ? "interactive" : "bulk")]
        latency = Timer(label: "glue_publish_latency_seconds", dimensions: labels)
        batchZones = Recorder(label: "glue_publish_batch_zones", dimensions: labels)
        zones = Counter(label: "glue_zones_published_total", dimensions: labels)
        failures = Counter(label: "glue_publish_failures_total", dimensions: labels)
    }

    /// A batch was committed.
    func published(_ batch: PublicationBatch) {
        guard !batch.publications.isEmpty else { return }
        let elapsed = batch.started.map { ContinuousClock.now - $0 } ?? .zero
        for wait in batch.waits { latency.record(duration: .seconds(wait) + elapsed) }
        batchZones.record(batch.publications.count)
        zones.increment(by: batch.publications.count)
    }

    /// A zone could not be published.
    func failed() {
        failures.increment()
    }
}
