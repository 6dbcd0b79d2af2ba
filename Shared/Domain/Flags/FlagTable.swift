// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// All rules of all flags, as of one version.
package struct FlagTable: Sendable, Hashable {
    /// Changes with every change of a rule; -1 before anything was read.
    package var version: Int64
    /// By the flag's name; names that this release does not declare are kept, and never asked for.
    package var rules: [String: FlagRules]

    package init(version: Int64 = -1, rules: [String: FlagRules] = [:]) {
        self.version = version
        self.rules = rules
    }

    /// Whether `flag` is on for `subject`.
    package func isOn(_ flag: FeatureFlag, for subject: FlagSubject = .everybody) -> Bool {
        rules[flag.name]?.isOn(flag, for: subject) ?? flag.isOnByDefault
    }

    /// Whether the flag of that name is on: one that is not declared is off, whatever its rules.
    package func isOn(named name: String, for subject: FlagSubject = .everybody) -> Bool {
        FeatureFlag.named(name).map { isOn($0, for: subject) } ?? false
    }

    /// Switches that are off for somebody, with whom: `*` stands for all.
    package var switchesOff: [(flag: FeatureFlag, targets: [FlagTarget])] {
        FeatureFlag.all.filter { $0.kind == .killSwitch }.compactMap { flag in
            guard let rules = rules[flag.name] else { return nil }
            let targets =
                rules.share == 0
                ? [.everybody] : rules.exceptions.filter { !$0.value }.keys.sorted { $0.text < $1.text }
            return targets.isEmpty ? nil : (flag, targets)
        }
    }
}
