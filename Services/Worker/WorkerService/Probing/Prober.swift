// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSClient
import DNSText
import DNSWire
import Database
import Logging
import NIOCore

/// Asks every responder over real DNS whether it answers what is published, independently of what it acknowledged, and has
/// zones sent again that differ.
///
/// A run looks at a part of all zones: those with known differences, those changed since the last run and the next ones
/// in turn. A difference counts when it was seen twice while the zone's publication stayed as it was, and the responder
/// had acknowledged it before it was asked.
struct Prober: Sendable {
    /// Questions a responder has open at once.
    private static let concurrency = 16
    /// A responder that leaves so many questions without an answer, and answered none, is not asked more.
    private static let patience = 8
    private static let secondLook = Duration.seconds(1)

    let store: ProbeStore
    let client: DNSClient
    /// Zones of each kind in a run.
    let zones: Int
    let logger: Logger

    /// What one responder said to a number of questions.
    private struct Report: Sendable {
        var summary: ProbeSummary
        var findings: [ProbeFinding] = []
        /// Zones that were asked for and are as they should be.
        var settled: [ProbeKey] = []
    }

    /// One run.
    func run() async throws {
        let ids = try await store.next(limit: zones)
        let first = try await look(ids)
        let suspects = Set(first.flatMap(\.findings).map(\.key.zone))
        var confirmed: [ProbeFinding] = []
        if !suspects.isEmpty {
            try await Task.sleep(for: Self.secondLook)
            let again = try await look(suspects.sorted())
            let known = Set(first.flatMap(\.findings).map(\.key))
            confirmed = again.flatMap(\.findings).filter { known.contains($0.key) }
        }
        let settled = first.flatMap(\.settled)
        try await store.record(first.map(\.summary), findings: confirmed, settled: settled)
        for finding in confirmed {
            logger.error(
                "a responder answers otherwise than published",
                metadata: [
                    "node": "\(finding.key.node)", "zone": "\(finding.zoneName)", "question": "\(finding.question)",
                    "difference": "\(finding.reason)",
                ]
            )
        }
        for zone in try await store.repair() {
            logger.notice("sent a zone again, since a responder differs", metadata: ["zone": "\(zone)"])
        }
    }

    /// Asks all responders for these zones, and leaves out what was being published meanwhile.
    private func look(_ ids: [Int64]) async throws -> [Report] {
        guard !ids.isEmpty else { return [] }
        let published = try await store.zones(ids)
        // After the zones: what a responder has acknowledged only grows.
        let targets = try await store.targets()
        var reports = try await withThrowingTaskGroup(of: Report.self) { group in
            for target in targets {
                guard let address = Self.address(target.address) else { continue }
                group.addTask { try await ask(target, address, published) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let doubtful = Set(reports.flatMap(\.findings).map(\.key.zone))
        guard !doubtful.isEmpty else { return reports }
        let versions = Dictionary(published.map { ($0.id, $0.version) }) { first, _ in first }
        let unchanged = Set(
            try await store.zones(doubtful.sorted()).filter { versions[$0.id] == $0.version }.map(\.id)
        )
        let refused = try await store.refused(zones: doubtful.sorted())
        for index in reports.indices {
            reports[index].findings.removeAll { !unchanged.contains($0.key.zone) || refused.contains($0.key) }
        }
        return reports
    }

    private func ask(_ target: ProbeTarget, _ address: SocketAddress, _ zones: [ProbeZone]) async throws -> Report {
        var report = Report(summary: ProbeSummary(node: target.node))
        let due = zones.filter { zone in zone.position.map { $0 <= target.acknowledged } ?? false }
        var next = 0
        try await withThrowingTaskGroup(of: Verdict.self) { group in
            func add() {
                let isSilent =
                    report.summary.unanswered >= Self.patience
                    && report.summary.unanswered == report.summary.asked
                guard next < due.count, !isSilent else { return }
                let zone = due[next]
                next += 1
                group.addTask { try await verdict(on: zone, target, address) }
            }
            for _ in 0..<Self.concurrency { add() }
            while let verdict = try await group.next() {
                report.summary.asked += verdict.asked
                report.summary.unanswered += verdict.unanswered
                if let finding = verdict.finding {
                    report.findings.append(finding)
                } else if verdict.unanswered == 0 {
                    report.settled.append(verdict.key)
                }
                add()
            }
        }
        return report
    }

    private struct Verdict: Sendable {
        let key: ProbeKey
        var finding: ProbeFinding?
        var asked: Int64 = 0
        var unanswered: Int64 = 0
    }

    private func verdict(on zone: ProbeZone, _ target: ProbeTarget, _ address: SocketAddress) async throws -> Verdict {
        var verdict = Verdict(key: ProbeKey(node: target.node, zone: zone.id))
        guard let apex = try? Name(text: zone.name, origin: .root).lowercased() else { return verdict }
        try await examine(Question(name: apex, type: .soa), address, zone, &verdict) { answer in
            ProbeJudge.judge(answer, apex: apex, zone: zone)
        }
        guard verdict.finding == nil, verdict.unanswered == 0, zone.isLive, let sample = zone.sample,
            let owner = try? Name(text: sample.owner, origin: .root).lowercased()
        else { return verdict }
        let type = RRType(rawValue: UInt16(truncatingIfNeeded: sample.type))
        try await examine(Question(name: owner, type: type), address, zone, &verdict) { answer in
            ProbeJudge.judge(answer, owner: owner, type: type, body: sample.body(in: target.region))
        }
        return verdict
    }

    private func examine(
        _ question: Question,
        _ address: SocketAddress,
        _ zone: ProbeZone,
        _ verdict: inout Verdict,
        judge: (Message) -> String?
    ) async throws {
        verdict.asked += 1
        do {
            guard let reason = judge(try await client.ask(question, of: address)) else { return }
            verdict.finding = ProbeFinding(
                key: verdict.key,
                zoneName: zone.name,
                question: "\(question.name.text) \(question.type)",
                reason: reason
            )
        } catch is DNSClientError {
            verdict.unanswered += 1
        }
    }

    /// The address of `192.0.2.1:53` or `[2001:db8::1]:53`.
    static func address(_ text: String) -> SocketAddress? {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]) else { return nil }
        let host = text[..<colon].trimmingPrefix("[")
        return try? SocketAddress(ipAddress: String(host.hasSuffix("]") ? host.dropLast() : host), port: port)
    }
}
