// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Synchronization

/// The queries that one responder answers, by zone, between one look at them and the next.
///
/// The responder counts in one of two tables. Whoever wants the counts puts the other one in its place, and reads the
/// first when the responder is not at it any more: neither waits for the other. Zones are told apart by their
/// generation, so that one made again under an old name is counted by itself.
final class ZoneTally: Sendable {
    private struct Tables {
        /// Taken from the responder, and not yet read.
        var retired: ZoneTallyTable?
        /// Empty, for the next time.
        var spare: ZoneTallyTable?
    }

    /// The address of the table to count in; 0 when there is no memory for one.
    private let active: Atomic<UInt>
    /// The address of the table that the responder is at; 0 most of the time.
    private let used = Atomic<UInt>(0)
    private let tables = Mutex(Tables())

    /// A tally of nothing, with room for so many zones.
    init(zones: Int) {
        active = Atomic(ZoneTallyTable(lines: ZoneTallyTable.lines(zones: zones))?.address ?? 0)
    }

    deinit {
        ZoneTallyTable(address: active.load(ordering: .relaxed))?.release()
        tables.withLock { tables in
            tables.retired?.release()
            tables.spare?.release()
        }
    }

    /// The table to count in until `leave`; for the responder alone.
    @inline(__always)
    func enter() -> ZoneTallyTable? {
        var address = active.load(ordering: .acquiring)
        while true {
            used.store(address, ordering: .sequentiallyConsistent)
            // Who exchanges the table looks at `used` after that: either sees the other.
            let now = active.load(ordering: .sequentiallyConsistent)
            if now == address { return ZoneTallyTable(address: address) }
            address = now
        }
    }

    /// Ends what `enter` began.
    @inline(__always)
    func leave() {
        used.store(0, ordering: .releasing)
    }

    /// Adds what was counted since the last time to `counts`, and to `missed` the queries that found no place.
    ///
    /// - Parameter zones: How many zones there may be to count from now on.
    /// - Returns: false when the responder is at its counts at this moment: they come the next time, soon if wanted.
    func collect(zones: Int, into counts: inout [UInt32: UInt64], missed: inout UInt64) -> Bool {
        tables.withLock { tables in
            guard drain(&tables, into: &counts, missed: &missed) else { return false }
            let lines = ZoneTallyTable.lines(zones: zones)
            if let spare = tables.spare, spare.lines < lines {
                spare.release()
                tables.spare = nil
            }
            guard let next = tables.spare ?? ZoneTallyTable(lines: lines) else { return false }
            tables.spare = nil
            let address = active.exchange(next.address, ordering: .sequentiallyConsistent)
            tables.retired = ZoneTallyTable(address: address)
            return drain(&tables, into: &counts, missed: &missed)
        }
    }

    private func drain(_ tables: inout Tables, into counts: inout [UInt32: UInt64], missed: inout UInt64) -> Bool {
        guard let retired = tables.retired else { return true }
        guard used.load(ordering: .sequentiallyConsistent) != retired.address else { return false }
        missed += retired.drain(into: &counts)
        tables.retired = nil
        tables.spare = retired
        return true
    }
}
