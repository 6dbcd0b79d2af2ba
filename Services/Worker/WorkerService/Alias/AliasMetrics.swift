// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import CoreMetrics
import Database
import Metrics
import Runtime
import Synchronization

/// What the worker tells of ALIAS targets.
final class AliasMetrics: Sendable {
    private let registry: MetricsRegistry
    private let summary = Mutex<AliasSummary?>(nil)

    init(registry: MetricsRegistry) {
        self.registry = registry
        registry.describe("alias_attempts_total", help: "Attempts at targets of ALIAS records, by what came of them.")
        registry.describe("alias_changes_total", help: "Targets whose addresses or TTL changed.")
        registry.describe("alias_zones_published_total", help: "Zones published because a target changed.")
        registry.collect(.gauge, "alias_targets", help: "Targets of ALIAS records by state, counted every 10 seconds.")
        {
            [weak self] in
            self?.summary.withLock { $0 }?.counts.map { state, count in
                MetricSample(labels: [("state", state.rawValue)], value: Double(count))
            } ?? []
        }
        registry.collect(.gauge, "alias_overdue_seconds", help: "How long the target has waited that waits longest.") {
            [weak self] in
            self?.summary.withLock { $0 }.map { [MetricSample(labels: [], value: $0.overdueSeconds)] } ?? []
        }
    }

    func recorded(_ results: [AliasResult], zones: Int) {
        for result in results {
            Counter(
                label: "alias_attempts_total",
                dimensions: [("outcome", result.state.rawValue)],
                factory: registry
            ).increment()
        }
        Counter(label: "alias_changes_total", factory: registry).increment(by: results.count { $0.isChange })
        Counter(label: "alias_zones_published_total", factory: registry).increment(by: zones)
    }

    func set(_ summary: AliasSummary) {
        self.summary.withLock { $0 = summary }
    }
}
