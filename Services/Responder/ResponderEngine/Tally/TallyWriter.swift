// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A responder's side of its tally: gathers the zones of a batch and counts them at its end, since their counters are
/// far away for most queries, and near at little more than the cost of one when they are asked for together.
@safe
struct TallyWriter: ~Copyable {
    private let tally: ZoneTally?
    // SAFETY: room for `capacity` zones, made in init, freed in deinit; `count` is less than that between calls.
    private let zones: UnsafeMutablePointer<UInt32>
    private var count = 0

    private static let capacity = 64

    /// Counts in `tally`; nowhere without one.
    init(_ tally: ZoneTally?) {
        self.tally = tally
        unsafe zones = .allocate(capacity: Self.capacity)
    }

    deinit {
        unsafe zones.deallocate()
    }

    /// Counts a query for a zone, or for none if it is 0.
    @inline(__always)
    mutating func note(_ zone: UInt32) {
        guard zone != 0 else { return }
        unsafe zones[count] = zone
        count &+= 1
        if count == Self.capacity { flush() }
    }

    /// Puts down what was gathered.
    @inline(__always)
    mutating func endBatch() {
        if count > 0 { flush() }
    }

    @inline(never)
    private mutating func flush() {
        if let tally, let table = tally.enter() {
            for index in 0..<count { unsafe table.prefetch(zones[index]) }
            for index in 0..<count { unsafe table.add(zones[index]) }
            tally.leave()
        }
        count = 0
    }
}
