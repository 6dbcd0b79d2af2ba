// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Something that an operator turns on and off while the services run. What is not declared here is off.
package struct FeatureFlag: Sendable, Hashable {
    /// How rules of a flag work together.
    package enum Kind: String, Sendable, Hashable {
        /// Off until someone gets it: a rule of a user or token goes before one of the account, and that before the share.
        case feature
        /// Part of the normal work: off for whom any rule says so.
        case killSwitch = "switch"
    }

    /// Whom a flag can have rules for.
    package enum Scope: String, Sendable, Hashable {
        /// Everybody or nobody: the work cannot tell accounts apart.
        case installation
        /// Single accounts, users and tokens, too.
        case subjects
    }

    /// Lower-case words joined by `_`.
    package let name: String
    package let kind: Kind
    package let scope: Scope
    /// What happens while it is off (of a switch), or on (of a feature).
    package let summary: String

    package init(_ name: String, _ kind: Kind, _ scope: Scope, _ summary: String) {
        self.name = name
        self.kind = kind
        self.scope = scope
        self.summary = summary
    }

    /// What holds without any rule, and before the rules were read for the first time.
    package var isOnByDefault: Bool { kind == .killSwitch }
}

extension FeatureFlag {
    /// Changes through the API.
    package static let writes = FeatureFlag(
        "writes",
        .killSwitch,
        .subjects,
        "Off: the API answers changes with 503 and Retry-After; what is read stays readable."
    )
    /// The publisher.
    package static let publication = FeatureFlag(
        "publication",
        .killSwitch,
        .installation,
        "Off: changes wait in the outbox; responders go on with what is published."
    )
    /// The refresher of ALIAS targets.
    package static let aliasResolution = FeatureFlag(
        "alias",
        .killSwitch,
        .installation,
        "Off: targets of ALIAS records are not asked for; the last addresses stay published."
    )
    /// Deliveries.
    package static let webhooks = FeatureFlag(
        "webhooks",
        .killSwitch,
        .installation,
        "Off: deliveries wait in their queue and lose no attempt."
    )

    /// All that this release asks for, by name.
    package static let all: [FeatureFlag] = [.aliasResolution, .publication, .webhooks, .writes]

    /// The declared flag of that name.
    package static func named(_ name: String) -> FeatureFlag? {
        all.first { $0.name == name }
    }
}
