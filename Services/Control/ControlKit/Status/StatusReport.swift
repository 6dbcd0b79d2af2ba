// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Foundation

/// What `zonewright status` prints.
struct StatusReport {
    /// The consumers of one site together.
    struct Site: Equatable {
        /// Empty for those that told none.
        let name: String
        /// Nil when the site's consumers told none.
        let region: String?
        let nodes: Int
        let connected: Int
        /// Of the connected consumer that is furthest behind.
        let lag: Int64
        let lagSeconds: Double
        let refusals: Int64
    }

    let status: StatusSnapshot
    /// Nil where nothing is to be said of the breaker.
    let breaker: BreakerStore.State?

    /// Nil where nothing is to be said of the prober.
    let probes: ProbeReport?

    /// What is switched off stands in it.
    let flags: FlagTable

    init(
        _ status: StatusSnapshot,
        breaker: BreakerStore.State? = nil,
        probes: ProbeReport? = nil,
        flags: FlagTable = FlagTable()
    ) {
        self.status = status
        self.breaker = breaker
        self.probes = probes
        self.flags = flags
    }

    /// The sites by name, those without a name last.
    var sites: [Site] {
        let groups = Dictionary(grouping: status.nodes) { $0.site ?? "" }
        return groups.map { name, nodes in
            let connected = nodes.filter(\.isConnected)
            return Site(
                name: name,
                region: nodes.compactMap(\.region).first,
                nodes: nodes.count,
                connected: connected.count,
                lag: connected.map(\.lag).max() ?? 0,
                lagSeconds: connected.map(\.lagSeconds).max() ?? 0,
                refusals: nodes.reduce(0) { $0 + $1.refusals }
            )
        }
        .sorted { ($0.name.isEmpty ? 1 : 0, $0.name) < ($1.name.isEmpty ? 1 : 0, $1.name) }
    }

    /// For people: fields of a line are separated by tabs.
    var text: String {
        var lines = ["position \(status.head), waiting to be published: \(status.outboxDepth)"]
        lines += flags.switchesOff.map { flag, targets in
            let whom = targets == [.everybody] ? "" : " for \(targets.map(\.text).joined(separator: " "))"
            return "switched off: \(flag.name)\(whom) ('zonewright flag list')"
        }
        lines += rollout
        if status.nodes.isEmpty { lines.append("no responder has ever connected") }
        lines += status.nodes.map(Self.line)
        // One site says nothing that its nodes' lines do not say.
        if status.nodes.contains(where: { $0.site != nil }) { lines += sites.map(Self.line) }
        if status.refusals > 0 {
            lines.append("in quarantine: \(status.refusals), served as before ('zonewright release' sends them again)")
        }
        for zone in status.refused {
            lines.append(
                "\(zone.name)\trefused by \(zone.node)\tversion \(zone.version)\tsince \(zone.since.iso8601)\t"
                    + "\(zone.code) \(zone.reason)"
            )
        }
        if status.refusals > status.refused.count {
            lines.append("and \(status.refusals - Int64(status.refused.count)) more")
        }
        if let text = breaker.flatMap(Self.text) { lines.append(text) }
        if let probes { lines += Self.lines(probes) }
        return lines.joined(separator: "\n")
    }

    /// What there is to know of the breaker; nil while it is closed.
    private static func text(_ breaker: BreakerStore.State) -> String? {
        guard let since = breaker.openSince else { return nil }
        let names = breaker.names.joined(separator: " ") + (breaker.heldZones > breaker.names.count ? " …" : "")
        return """
            breaker open since \(since.iso8601): \(breaker.reason ?? "")
            held by it, served as before: \(breaker.heldZones) zones (\(names)); 'zonewright release --breaker' lets them go
            """
    }

    private static func lines(_ probes: ProbeReport) -> [String] {
        var lines = probes.silent.map { "\($0)\tdoes not answer the prober" }
        for difference in probes.differences {
            let finding = difference.finding
            lines.append(
                "\(finding.zoneName)\tanswered otherwise by \(finding.key.node)\tsince \(difference.since.iso8601)\t"
                    + "\(finding.question): \(finding.reason)\tsent again \(difference.repairs) times"
            )
        }
        if probes.count > probes.differences.count {
            lines.append("and \(probes.count - Int64(probes.differences.count)) more")
        }
        return lines
    }

    private var rollout: [String] {
        guard let rollout = status.rollout else { return [] }
        let place = "canary site \(rollout.site), other sites may have \(rollout.position)"
        guard let reason = rollout.reason else { return [place] }
        return [
            "\(place)\theld since \(rollout.since.iso8601)\t\(reason)",
            "held back: \(rollout.behind) ('zonewright release --rollout' lets them go)",
        ]
    }

    private static func line(_ node: StatusSnapshot.Node) -> String {
        var fields = [node.name]
        if node.isConnected {
            fields.append("connected" + (node.connectedAt.map { " since \($0.iso8601)" } ?? ""))
        } else {
            fields.append("away since \(node.seenAt.iso8601)")
        }
        fields.append("applied \(node.acknowledged)")
        fields.append("behind \(node.lag)" + (node.lag > 0 ? " (\(seconds(node.lagSeconds)))" : ""))
        if node.refusals > 0 { fields.append("refuses \(node.refusals)") }
        fields.append(node.role)
        fields.append(node.site.map { "site \($0)" } ?? "no site")
        fields.append(node.region ?? "no region")
        if let via = node.via { fields.append("via \(via)") }
        if let software = node.software, !software.isEmpty { fields.append(software) }
        return fields.joined(separator: "\t")
    }

    private static func line(_ site: Site) -> String {
        let name = site.name.isEmpty ? "without a site" : "site \(site.name)"
        var fields = [name, site.region ?? "no region", "connected \(site.connected) of \(site.nodes)"]
        fields.append("behind \(site.lag)" + (site.lag > 0 ? " (\(seconds(site.lagSeconds)))" : ""))
        if site.refusals > 0 { fields.append("refuses \(site.refusals)") }
        return fields.joined(separator: "\t")
    }

    private static func seconds(_ value: Double) -> String { String(format: "%.1f s", value) }
}
