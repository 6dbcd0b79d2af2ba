// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain

/// What `zonewright flag list` prints.
struct FlagListing {
    let table: FlagTable

    init(_ table: FlagTable) {
        self.table = table
    }

    /// One line a declared flag.
    func lines(json: Bool) -> [String] {
        FeatureFlag.all.map { flag in
            let rules = table.rules[flag.name] ?? FlagRules()
            let exceptions = rules.exceptions.sorted { $0.key.text < $1.key.text }
            return json ? Self.json(flag, rules, exceptions) : Self.text(flag, rules, exceptions)
        }
    }

    private static func text(
        _ flag: FeatureFlag,
        _ rules: FlagRules,
        _ exceptions: [(key: FlagTarget, value: Bool)]
    ) -> String {
        let share =
            switch rules.share {
            case nil: flag.isOnByDefault ? "on (default)" : "off (default)"
            case 0?: "off"
            case 100?: "on"
            case let share?: "\(share) %"
            }
        let others = exceptions.map { "\($0.key.text) \($0.value ? "on" : "off")" }.joined(separator: ", ")
        return "\(flag.name)\t\(flag.kind.rawValue)\t\(share)\t\(others.isEmpty ? "-" : others)\t\(flag.summary)"
    }

    private static func json(
        _ flag: FeatureFlag,
        _ rules: FlagRules,
        _ exceptions: [(key: FlagTarget, value: Bool)]
    ) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("name", flag.name)
            json.member("kind", flag.kind.rawValue)
            json.member("default", flag.isOnByDefault)
            json.member("percentage", rules.share)
            json.object("exceptions") { json in
                for (target, isOn) in exceptions { json.member(target.text, isOn) }
            }
            json.member("description", flag.summary)
        }
        return json.text
    }
}
