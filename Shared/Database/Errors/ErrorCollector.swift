// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

/// Gathers errors between two writes to the database. Adding never waits and never fails, and what is held is bounded:
/// a flood is counted, and its first and last events are kept.
package final class ErrorCollector: Sendable {
    /// Events of one group since the last write.
    package struct Group: Sendable {
        package var count: Int64
        package var first: ErrorEvent
        /// The latest, oldest first.
        package var samples: [ErrorEvent]

        package var last: ErrorEvent { samples.last ?? first }
    }

    /// Groups that are held at most. Of others only the number is known.
    package static let maximumGroups = 200
    /// Events of a group that are held at most.
    package static let maximumSamples = 5

    private struct State {
        var groups: [String: Group] = [:]
        var dropped: Int64 = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Takes an event.
    package func add(_ event: ErrorEvent) {
        let fingerprint = event.fingerprint
        state.withLock { state in
            if state.groups[fingerprint] == nil, state.groups.count >= Self.maximumGroups {
                state.dropped += 1
                return
            }
            var group = state.groups[fingerprint] ?? Group(count: 0, first: event, samples: [])
            group.count += 1
            if group.samples.count == Self.maximumSamples { group.samples.removeFirst() }
            group.samples.append(event)
            state.groups[fingerprint] = group
        }
    }

    /// Takes out all that is held, and how many events were not.
    package func take() -> (groups: [Group], dropped: Int64) {
        state.withLock { state in
            defer { state = State() }
            return (Array(state.groups.values), state.dropped)
        }
    }

    /// Puts back what could not be written: before what came since.
    package func putBack(_ groups: [Group]) {
        state.withLock { state in
            for group in groups {
                let fingerprint = group.first.fingerprint
                guard let newer = state.groups[fingerprint] else {
                    if state.groups.count < Self.maximumGroups {
                        state.groups[fingerprint] = group
                    } else {
                        state.dropped += group.count
                    }
                    continue
                }
                state.groups[fingerprint] = Group(
                    count: group.count + newer.count,
                    first: group.first,
                    samples: (group.samples + newer.samples).suffix(Self.maximumSamples)
                )
            }
        }
    }
}
