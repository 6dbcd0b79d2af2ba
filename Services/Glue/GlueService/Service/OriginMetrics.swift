// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Runtime
import ZoneSync

/// What the line protocol's server shows at `/metrics`, of an origin and of a relay.
enum OriginMetrics {
    /// Has the counters read at each scrape.
    static func register(_ statistics: OriginStatistics, in registry: MetricsRegistry) {
        func counter(
            _ name: String,
            _ help: String,
            _ value: @escaping @Sendable (OriginStatistics.Values) -> UInt64
        ) {
            registry.collect(.counter, name, help: help) { [MetricSample(value: Double(value(statistics.values)))] }
        }
        counter("glue_manifests_total", "Consumers that began to compare what they hold.") { $0.manifests }
        counter("glue_manifest_listings_total", "Listings that they asked for.") { $0.listings }
        counter("glue_manifest_zones_total", "Zones that they fetched.") { $0.fetched }
        counter("glue_snapshots_total", "Snapshots sent, or gone on with.") { $0.snapshots }
        counter("glue_snapshots_resumed_total", "Snapshots gone on with where they were cut off.") {
            $0.resumedSnapshots
        }
    }
}
