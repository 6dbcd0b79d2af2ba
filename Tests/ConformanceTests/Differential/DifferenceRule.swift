// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A difference that is meant, and why.
struct DifferenceRule: Sendable {
    /// What it is called in the report and in the documentation.
    let name: String
    /// What we do, and the text that says so.
    let reason: String
    /// Who differs.
    let servers: Set<DifferentialServer.Make>
    /// The aspects that it explains.
    let aspects: Set<Difference.Aspect>
    /// Whether it is about this difference.
    let applies: @Sendable (Difference) -> Bool
}

/// Counts what rules explain, and keeps what none does.
struct DifferenceLedger {
    private(set) var counts: [String: [DifferentialServer.Make: Int]] = [:]
    /// What nobody explains, by kind: how often, and the first one.
    private(set) var unexplained: [String: (count: Int, first: String)] = [:]

    /// Enters a difference: each aspect has to be explained by a rule.
    mutating func enter(_ difference: Difference) {
        var open = difference.aspects
        var used: [String] = []
        for rule in DifferenceRules.all where !open.isDisjoint(with: rule.aspects) {
            guard rule.servers.contains(difference.server), rule.applies(difference) else { continue }
            open.subtract(rule.aspects)
            used.append(rule.name)
        }
        if open.isEmpty {
            for name in used { counts[name, default: [:]][difference.server, default: 0] += 1 }
        } else {
            let former = unexplained[difference.kind]
            unexplained[difference.kind] = (1 + (former?.count ?? 0), former?.first ?? difference.report)
        }
    }

    /// A rule and server that explained nothing.
    var idle: [String] {
        DifferenceRules.all.flatMap { rule in
            rule.servers.filter { counts[rule.name]?[$0] == nil }.map { "\(rule.name) for \($0.rawValue)" }.sorted()
        }
    }

    /// What was explained, rule by rule.
    var summary: String {
        DifferenceRules.all.map { rule in
            let counts = counts[rule.name, default: [:]].map { "\($0.key.rawValue) \($0.value)" }.sorted()
            return "  \(rule.name): \(counts.joined(separator: ", "))"
        }.joined(separator: "\n")
    }
}
