// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

/// The counts of queries that an origin has still to hear of, and those it has not said to have kept.
///
/// What is not acknowledged is sent again, as it was, on the next connection. Memory is bounded: beyond it counts are
/// lost, and their number is told.
package final class ReportQueue: Sendable {
    private struct State {
        /// Counts by day (high half) and zone (low half), the newest.
        var gathered: [UInt64: UInt64] = [:]
        /// Counts on their way into reports, the next one last.
        var sorted: [(key: UInt64, queries: UInt64)] = []
        /// Reports of other runs, to be sent as they are: the next one last.
        var inherited: [CountReport] = []
        /// Reports without an acknowledgement, in the order in which they are sent.
        var open: [CountReport] = []
        /// How many of `open` were sent on the present connection.
        var sent = 0
        var connection = 0
        var sequence: UInt64 = 0
        var lost: UInt64 = 0

        var isEmpty: Bool { gathered.isEmpty && sorted.isEmpty && inherited.isEmpty && open.isEmpty }
    }

    /// Identifies the reports made here.
    package let run: String
    private let limit: Int
    private let state = Mutex(State())

    /// An empty queue, of at most so many counts of a zone and a day.
    package init(run: String = CountReport.makeRun(), limit: Int = 2_000_000) {
        self.run = run
        self.limit = limit
    }

    /// Whether the origin has acknowledged everything.
    package var isEmpty: Bool { state.withLock(\.isEmpty) }

    /// Queries that were counted and for which there was no room.
    package var lost: UInt64 { state.withLock(\.lost) }

    /// Adds queries by the zone's generation, answered on a day (days since 1970-01-01 in UTC).
    package func add(_ counts: [UInt32: UInt64], day: UInt32) {
        state.withLock { state in
            for (zone, queries) in counts where queries > 0 {
                let key = UInt64(day) << 32 | UInt64(zone)
                if state.gathered.count + state.sorted.count < limit || state.gathered[key] != nil {
                    state.gathered[key, default: 0] += queries
                } else {
                    state.lost += queries
                }
            }
        }
    }

    /// Adds reports of another run that were not acknowledged to it, in ascending order.
    package func inherit(_ reports: [CountReport]) {
        state.withLock { $0.inherited = reports.reversed() + $0.inherited }
    }

    /// Whether reports of this run wait for being sent or acknowledged.
    package func holds(run: String) -> Bool {
        state.withLock { state in
            state.inherited.contains { $0.run == run } || state.open.contains { $0.run == run }
        }
    }

    /// Begins a connection, on which nothing was sent: a number for `take`. The connection before is over.
    package func connect() -> Int {
        state.withLock { state in
            state.connection += 1
            state.sent = 0
            return state.connection
        }
    }

    /// What is to be sent now on a connection.
    package func take(_ connection: Int) -> [CountReport] {
        state.withLock { state in
            guard connection == state.connection else { return [] }
            while state.open.count < CountReport.window, let report = next(&state) { state.open.append(report) }
            defer { state.sent = state.open.count }
            return Array(state.open[state.sent...])
        }
    }

    /// The origin has kept these.
    package func acknowledge(_ mark: CountMark) {
        state.withLock { state in
            let isDone = { (report: CountReport) in report.run == mark.run && report.sequence <= mark.sequence }
            // What was not sent cannot be meant.
            let sent = state.open[..<state.sent].filter { !isDone($0) }
            state.open.replaceSubrange(..<state.sent, with: sent)
            state.sent = sent.count
        }
    }

    /// Makes reports of everything that this run has counted and that is not acknowledged: for a successor. Nothing may
    /// be sent from here on.
    package func takeAll() -> [CountReport] {
        state.withLock { state in
            state.connection += 1
            state.inherited = []
            var reports = state.open.filter { $0.run == run }
            while let report = next(&state) { reports.append(report) }
            state.open = []
            state.sent = 0
            return reports
        }
    }

    private func next(_ state: inout State) -> CountReport? {
        if let report = state.inherited.popLast() { return report }
        if state.sorted.isEmpty {
            state.sorted = state.gathered.sorted { $0.key > $1.key }.map { (key: $0.key, queries: $0.value) }
            state.gathered = [:]
        }
        guard let first = state.sorted.last else { return nil }
        let day = UInt32(truncatingIfNeeded: first.key >> 32)
        var counts: [CountReport.Count] = []
        var length = CountReport.headLength
        while let entry = state.sorted.last, UInt32(truncatingIfNeeded: entry.key >> 32) == day {
            let count = CountReport.Count(
                zone: entry.key & 0xFFFF_FFFF,
                queries: min(entry.queries, CountReport.maximumQueries)
            )
            length += CountReport.length(count)
            guard length <= ProtocolLimits.controlLine else { break }
            counts.append(count)
            state.sorted.removeLast()
            if entry.queries > count.queries { state.gathered[entry.key, default: 0] += entry.queries - count.queries }
        }
        state.sequence += 1
        return CountReport(run: run, sequence: state.sequence, day: day, counts: counts)
    }
}
