// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Runtime

/// What becomes of connections over TCP and TLS.
extension ResponderMetrics {
    func registerConnections(in registry: MetricsRegistry) {
        typealias Totals = ConnectionTotals.Snapshot
        let totals = [("tcp", servers.tcp.connections)] + (servers.tls.map { [("tls", $0.connections)] } ?? [])
        func collect(_ kind: MetricKind, _ name: String, _ help: String, _ value: @escaping @Sendable (Totals) -> Int) {
            registry.collect(kind, name, help: help) {
                totals.map { MetricSample(labels: [("transport", $0)], value: Double(value($1.snapshot))) }
            }
        }
        collect(.gauge, "dns_connections", "Connections open.", \.open)
        collect(.counter, "dns_connections_accepted_total", "Connections accepted.", \.accepted)
        registry.collect(.counter, "dns_connections_closed_total", help: "Connections closed by us, by reason.") {
            totals.flatMap { transport, totals in
                let closed = totals.snapshot.closed
                return ConnectionTotals.Closing.allCases.map { reason in
                    MetricSample(
                        labels: [("transport", transport), ("reason", reason.rawValue)],
                        value: Double(closed[reason] ?? 0)
                    )
                }
            }
        }
        guard let tls = servers.tls?.connections else { return }
        registry.collect(.counter, "dns_tls_handshakes_total", help: "TLS handshakes, by how they ended.") {
            let totals = tls.snapshot
            return [("completed", totals.handshakes), ("failed", totals.failedHandshakes)].map {
                MetricSample(labels: [("outcome", $0)], value: Double($1))
            }
        }
    }
}
