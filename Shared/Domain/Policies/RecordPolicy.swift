// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Which records a token may create, change and delete: by name and type, in rules such as `_acme-challenge:TXT`.
///
/// A change is allowed when the record before it and the record after it each match a rule.
package struct RecordPolicy: Hashable, Sendable {
    /// One name pattern and type.
    package struct Rule: Hashable, Sendable, CustomStringConvertible {
        /// Relative to the zone, lower case, `@` for the apex. `*` alone stands for every name, `*.x` for those below
        /// `x`, and `x.*` for those that begin with the labels of `x`.
        package let pattern: String
        /// A mnemonic; `*` stands for every type.
        package let type: String

        /// The rule `pattern:type`, or nil when `text` is none.
        package init?(_ text: some StringProtocol) {
            let parts = text.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, parts[0].utf8.count <= 253 else {
                return nil
            }
            let pattern = parts[0].lowercased()
            let type = parts[1] == "*" ? "*" : RecordTypePolicy.customerType(parts[1].uppercased())?.apiName
            guard let type, Self.isPattern(pattern) else {
                return nil
            }
            self.pattern = pattern
            self.type = type
        }

        /// Whether a record may be called so and have this type.
        package func allows(name: String, type: String) -> Bool {
            guard self.type == "*" || self.type == type else {
                return false
            }
            if pattern == "*" || pattern == (name.isEmpty ? "@" : name) {
                return true
            }
            if pattern.hasPrefix("*.") {
                return name.hasSuffix(pattern.dropFirst())
            }
            return pattern.hasSuffix(".*") && name.hasPrefix(pattern.dropLast())
        }

        package var description: String {
            "\(pattern):\(type)"
        }

        /// Labels of the octets that owners may have; an asterisk is a whole first or last label.
        private static func isPattern(_ text: String) -> Bool {
            guard text != "@", text != "*" else {
                return true
            }
            let labels = text.split(separator: ".", omittingEmptySubsequences: false)
            let asterisks = labels.filter { $0 == "*" }.count
            guard asterisks == 0 || asterisks == 1 && (labels.first == "*") != (labels.last == "*") else {
                return false
            }
            return labels.allSatisfy { label in
                label == "*" || !label.isEmpty && label.utf8.allSatisfy(RecordName.isOwnerOctet)
            }
        }
    }

    /// What was found out about a change before it is committed.
    package enum Verdict: Hashable, Sendable {
        /// It is no change of records, which no policy allows.
        case notRecords
        case allowed
        /// The first record that no rule allows.
        case refused(name: String, type: String)
    }

    package let rules: [Rule]

    package init(rules: [Rule]) {
        self.rules = rules
    }

    /// The verdict on a change that touches `records`, each by the names and types it has before and after.
    package func verdict(on records: some Sequence<(name: String, type: String)>) -> Verdict {
        for record in records where !rules.contains(where: { $0.allows(name: record.name, type: record.type) }) {
            return .refused(name: record.name, type: record.type)
        }
        return .allowed
    }

    /// Refuses a change unless its verdict is that it is allowed.
    ///
    /// - Throws: `PermissionDenied`.
    package static func require(_ verdict: Verdict) throws(PermissionDenied) {
        switch verdict {
        case .allowed: return
        case .notRecords: throw PermissionDenied("The token may only change records")
        case .refused(let name, let type):
            throw PermissionDenied("The token may not change \(type) records named `\(name.isEmpty ? "@" : name)`")
        }
    }
}
