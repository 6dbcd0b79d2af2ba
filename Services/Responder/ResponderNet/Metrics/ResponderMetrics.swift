// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import ResponderEngine
import Runtime
import ZoneStore
import ZoneSync

/// What a responder shows at `/metrics`. Everything is read at the scrape from counters kept anyway.
struct ResponderMetrics: Sendable {
    let servers: ResponderServers
    let client: FollowerClient
    let store: ZoneStore

    var udp: [ResponderCounters] { servers.udp.counters }
    /// Those of TLS too.
    var tcp: [ResponderCounters] { servers.tcp.counters + (servers.tls?.counters ?? []) }

    func register(in registry: MetricsRegistry) {
        registerAnswers(in: registry)
        registerEngine(in: registry)
        registerConnections(in: registry)
        registerFollower(in: registry)
    }

    private func registerAnswers(in registry: MetricsRegistry) {
        registry.collect(.counter, "dns_queries_total", help: "Queries received.") {
            Transport.allCases.map { transport in
                let (name, family) = transport.labels
                return MetricSample(
                    labels: [("transport", name), ("family", family)],
                    value: Double(sum(udp + tcp, .queries(transport)))
                )
            }
        }
        registry.collect(.counter, "dns_responses_total", help: "Responses by response code.") {
            [("udp", udp), ("tcp", tcp)].flatMap { transport, counters in
                (0...24 as ClosedRange<UInt16>).compactMap { code in
                    let count = sum(counters, .code(code))
                    // The common codes are always there, the others once they were sent.
                    guard count > 0 || code <= 5 else { return nil }
                    return MetricSample(
                        labels: [("transport", transport), ("rcode", Self.name(code))],
                        value: Double(count)
                    )
                }
            }
        }
        counter(registry, "dns_dropped_queries_total", "Queries that got no response.", .dropped)
        counter(registry, "dns_truncated_responses_total", "Responses with the TC bit.", .truncated)
        counter(registry, "dns_packet_cache_hits_total", "Responses taken from the packet cache.", .cacheHits)
        counter(registry, "dns_replica_read_failures_total", "Queries answered SERVFAIL.", .storeFailures)
        counter(registry, "dns_send_failures_total", "Responses that the system did not take.", .sendFailures)
    }

    private func registerFollower(in registry: MetricsRegistry) {
        let client = client
        let store = store
        func gauge(_ name: String, _ help: String, _ value: @escaping @Sendable (FollowerStatus) -> Double) {
            registry.collect(.gauge, name, help: help) { [MetricSample(value: value(client.status))] }
        }
        func counter(_ name: String, _ help: String, _ value: @escaping @Sendable (FollowerStatus) -> UInt64) {
            registry.collect(.counter, name, help: help) { [MetricSample(value: Double(value(client.status)))] }
        }
        registry.collect(.gauge, "replica_zones", help: "Zones held.") {
            [MetricSample(value: Double((try? store.count()) ?? 0))]
        }
        registry.collect(.gauge, "replica_position", help: "Stream position that is durable here.") {
            [MetricSample(value: Double((try? store.position())??.position ?? 0))]
        }
        gauge("follower_connected", "1 while the stream is followed.") { $0.isLive ? 1 : 0 }
        gauge("follower_head", "Newest stream position that the origin told of.") { Double($0.head) }
        gauge("follower_lag", "Positions known of and not durable here.") { Double($0.lag) }
        gauge("follower_quarantined_zones", "Zones whose new state was refused.") { Double($0.quarantined.count) }
        counter("follower_applied_total", "Zone changes applied.") { $0.applied }
        counter("follower_refused_total", "Zone changes refused.") { $0.refused }
        counter("follower_mismatches_total", "Checkpoints whose set hash differed.") { $0.mismatches }
        counter("follower_reconciliations_total", "Comparisons with an origin that were begun.") { $0.reconciliations }
        counter("follower_reconciled_zones_total", "Zones fetched in them and applied.") { $0.reconciled }
        counter("follower_snapshots_total", "Snapshots begun, or gone on with.") { $0.snapshots }
        counter("follower_snapshots_resumed_total", "Snapshots gone on with where they were cut off.") {
            $0.resumedSnapshots
        }
        counter("follower_connections_total", "Connections made to origins.") { $0.connections }
        counter("follower_failures_total", "Connections to origins that failed or ended.") { $0.failures }
        counter("replica_write_failures_total", "Batches that the replica could not take: a full disk, for one.") {
            $0.storeFailures
        }
        registry.collect(.gauge, "replica_damaged_zones", help: "Zones that are damaged and answer SERVFAIL.") {
            [MetricSample(value: Double(store.damagedZones.count))]
        }
    }

    private func counter(_ registry: MetricsRegistry, _ name: String, _ help: String, _ item: ResponderCounters.Item) {
        registry.collect(.counter, name, help: help) {
            [MetricSample(value: Double(sum(udp + tcp, item)))]
        }
    }

    private func sum(_ counters: [ResponderCounters], _ item: ResponderCounters.Item) -> Int {
        counters.reduce(0) { $0 + $1[item] }
    }

    private static func name(_ code: UInt16) -> String {
        code == 24 ? "other" : RCode(rawValue: code).description
    }
}

extension Transport {
    /// The labels of metrics.
    var labels: (transport: String, family: String) {
        switch self {
        case .udp4: ("udp", "ipv4")
        case .udp6: ("udp", "ipv6")
        case .tcp4: ("tcp", "ipv4")
        case .tcp6: ("tcp", "ipv6")
        case .tls4: ("tls", "ipv4")
        case .tls6: ("tls", "ipv6")
        }
    }
}
