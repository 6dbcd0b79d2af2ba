// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A difference that is meant, and why.
///
/// A rule does not wave a difference through: it turns the other answer into the one that we would give if the reason
/// is the right one, as narrowly as it can, and then both are compared again.
struct DifferenceRule: Sendable {
    /// What it is called in the report and in the documentation.
    let name: String
    /// What we do, and the text that says so.
    let reason: String
    /// Who differs.
    let servers: Set<DifferentialServer.Make>
    /// Changes what the reason is about in the answer of a server, if it applies.
    let reconcile: @Sendable (inout AnswerForm, DifferenceCase, DifferentialServer.Make) -> Void
}

/// Counts what rules explain, and keeps what none does.
struct DifferenceLedger {
    private(set) var counts: [String: [DifferentialServer.Make: Int]] = [:]
    /// What nobody explains, by kind: how often, and the first ones.
    private(set) var unexplained: [String: (count: Int, examples: [String])] = [:]
    /// How many examples are kept of a kind.
    private static let examples = 5

    /// Enters what a server answers: after all rules nothing may differ any more.
    mutating func enter(_ make: DifferentialServer.Make, _ zone: DifferentialZone, _ question: DifferenceCase) {
        guard let theirs = question.others[make],
            let difference = Difference(make, question.query, zone, ours: question.ours, theirs: theirs)
        else { return }
        var reconciled = theirs
        var used: [String] = []
        for rule in DifferenceRules.all where rule.servers.contains(make) {
            let before = reconciled
            rule.reconcile(&reconciled, question, make)
            if reconciled != before { used.append(rule.name) }
        }
        if let rest = Difference(make, question.query, zone, ours: question.ours, theirs: reconciled) {
            add(rest.kind, difference.report)
        } else {
            for name in used { counts[name, default: [:]][make, default: 0] += 1 }
        }
    }

    /// Enters what cannot be compared.
    mutating func add(_ kind: String, _ report: String) {
        var found = unexplained[kind] ?? (0, [])
        found.count += 1
        if found.examples.count < Self.examples { found.examples.append(report) }
        unexplained[kind] = found
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
