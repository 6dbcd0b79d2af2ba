// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Jobs
import Postgres

/// Which jobs an operator means.
package struct JobSelection: Sendable, Equatable {
    /// These; empty is all that the rest of the selection matches.
    package var ids: [Int64]
    /// Of this kind.
    package var kind: String?
    /// Of this queue.
    package var queue: String?
    /// In one of these states; empty is all.
    package var states: Set<JobState>

    /// A selection; all of its parts must match.
    package init(ids: [Int64] = [], kind: String? = nil, queue: String? = nil, states: Set<JobState> = []) {
        self.ids = ids
        self.kind = kind
        self.queue = queue
        self.states = states
    }

    /// Conditions on a table called `j`.
    var conditions: PostgresQuery {
        var parts: [PostgresQuery] = ["true"]
        if !ids.isEmpty { parts.append("j.id = ANY (\(ids)::bigint[])") }
        if let kind { parts.append("j.kind = \(kind)") }
        if let queue { parts.append("j.queue = \(queue)") }
        if !states.isEmpty { parts.append("j.state = ANY (\(states.map(\.rawValue).sorted())::text[])") }
        return .joined(parts, separator: " AND ")
    }

    /// Whether jobs of the hot table may match.
    var includesLive: Bool { states.isEmpty || states.contains { !$0.isFinal } }
    /// Whether ended jobs may match.
    var includesEnded: Bool { states.isEmpty || states.contains { $0.isFinal } }
}
