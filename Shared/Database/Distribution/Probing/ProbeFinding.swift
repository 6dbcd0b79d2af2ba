// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
import Postgres

/// A zone that a responder answers otherwise than it is published.
package struct ProbeFinding: Sendable, Hashable {
    package let key: ProbeKey
    /// The zone's name, lower case, without the final dot.
    package let zoneName: String
    /// What was asked: name and type.
    package let question: String
    /// How the answer differs, for people.
    package let reason: String

    package init(key: ProbeKey, zoneName: String, question: String, reason: String) {
        self.key = key
        self.zoneName = zoneName
        self.question = question
        self.reason = String(reason.prefix(500))
    }
}

/// What one run learned of one responder.
package struct ProbeSummary: Sendable, Hashable {
    package let node: String
    /// Questions asked, and those that got no answer.
    package var asked: Int64 = 0
    package var unanswered: Int64 = 0

    package init(node: String, asked: Int64 = 0, unanswered: Int64 = 0) {
        self.node = node
        self.asked = asked
        self.unanswered = unanswered
    }
}

/// What runs of the prober have left: for operators.
package struct ProbeReport: Sendable, Hashable {
    /// The oldest differences.
    package let differences: [ProbeDifference]
    /// How many there are.
    package let count: Int64
    /// Connected responders that answered nothing in the last run.
    package let silent: [String]
}

/// A difference that is known, for operators.
package struct ProbeDifference: Sendable, Hashable {
    package let finding: ProbeFinding
    package let since: Timestamp
    /// How often the zone was sent again for it.
    package let repairs: Int32

    init(row: PostgresRow) throws {
        finding = ProbeFinding(
            key: ProbeKey(node: try row.decode("node"), zone: try row.decode("zone_id")),
            zoneName: try row.decode("zone_name"),
            question: try row.decode("question"),
            reason: try row.decode("reason")
        )
        since = try row.timestamp("since")
        repairs = try row.decode("repairs")
    }
}
