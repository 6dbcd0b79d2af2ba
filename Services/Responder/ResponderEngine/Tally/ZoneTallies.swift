// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Synchronization

/// The queries answered by zone of all responders of a process: each made with the same configuration counts its own.
///
/// A zone is its generation, as the stream of zones has it; one above 4,294,967,295 is not counted. A query counts when
/// its answer is sent and a zone had to do with it: its data, its not having any, a delegation. Refusals, queries that a
/// rate limit held back, and zone transfers do not count.
package final class ZoneTallies: Sendable {
    private let tallies = Mutex<[ZoneTally]>([])

    /// No responders yet.
    package init() {}

    /// Adds what was counted since the last time to `counts`, by generation, and to `missed` the queries that found no
    /// place. Takes a time that grows with the zones: for a thread that may block.
    ///
    /// - Parameter zones: How many zones there may be to count from now on.
    /// - Returns: false when a responder was at its counts at this moment, so that they come with the next call.
    package func collect(zones: Int, into counts: inout [UInt32: UInt64], missed: inout UInt64) -> Bool {
        var isComplete = true
        for tally in tallies.withLock({ $0 }) {
            if !tally.collect(zones: zones, into: &counts, missed: &missed) { isComplete = false }
        }
        return isComplete
    }

    /// A tally for a new responder.
    func makeTally(zones: Int) -> ZoneTally {
        let tally = ZoneTally(zones: zones)
        tallies.withLock { $0.append(tally) }
        return tally
    }
}
