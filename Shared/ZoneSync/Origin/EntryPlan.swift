// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// How a run of log entries is sent to one consumer.
///
/// Entries are states, not operations: one that a later entry of the run replaces as a whole need not be sent, only its
/// position must be accounted for. A consumer that fell behind thus pays for zones, not for changes.
package enum EntryPlan: Sendable, Equatable {
    /// Nothing to send for these positions.
    case skip(first: UInt64, last: UInt64)
    /// The entry's ready difference.
    case difference(OriginEntry, base: UInt64, body: String)
    /// The whole zone, read when it is sent.
    case whole(OriginEntry)
    case delete(OriginEntry)

    /// The plan for a run of entries of dense positions.
    package static func plan(_ entries: [OriginEntry]) -> [EntryPlan] {
        var replaced: Set<String> = []
        var reversed: [EntryPlan] = []
        for entry in entries.reversed() {
            if entry.operation == .nothing || replaced.contains(entry.zone) {
                reversed.append(.skip(first: entry.position, last: entry.position))
            } else if entry.operation == .delete {
                replaced.insert(entry.zone)
                reversed.append(.delete(entry))
            } else if let base = entry.baseVersion, let diff = entry.diff {
                reversed.append(.difference(entry, base: base, body: diff))
            } else {
                replaced.insert(entry.zone)
                reversed.append(.whole(entry))
            }
        }
        return merged(reversed.reversed())
    }

    /// The position after the step.
    package var lastPosition: UInt64 {
        switch self {
        case .skip(_, let last): last
        case .difference(let entry, _, _), .whole(let entry), .delete(let entry): entry.position
        }
    }

    /// Neighbouring ranges of nothing become one.
    private static func merged(_ plans: some Sequence<EntryPlan>) -> [EntryPlan] {
        var merged: [EntryPlan] = []
        for plan in plans {
            if case .skip(_, let last) = plan, case .skip(let first, _)? = merged.last {
                merged[merged.count - 1] = .skip(first: first, last: last)
            } else {
                merged.append(plan)
            }
        }
        return merged
    }
}
