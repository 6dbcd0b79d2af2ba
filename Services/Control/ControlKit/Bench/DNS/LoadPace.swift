// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// When the queries of one thread are due, at a fixed rate or as soon as there is room.
///
/// At a rate a query's time counts from when it was due, not from when it was sent: a server that stands still for a
/// while would otherwise hide the queries that could not be sent meanwhile.
struct LoadPace: Sendable {
    /// Nanoseconds between two queries; nil for as many as there is room for.
    private let interval: Double?
    private let start: UInt64
    private var sent: UInt64 = 0

    /// - Parameter rate: queries a second of this thread.
    init(rate: Double?, start: UInt64) {
        interval = rate.map { 1e9 / $0 }
        self.start = start
    }

    var isPaced: Bool { interval != nil }

    /// How many queries may be sent at a moment.
    func due(at now: UInt64) -> Int {
        guard let interval else { return .max }
        guard now > start else { return 0 }
        return max(0, Int(Double(now - start) / interval) - Int(sent))
    }

    /// Counts one query, and returns from when its time counts.
    mutating func take(at now: UInt64) -> UInt64 {
        guard let interval else { return now }
        sent += 1
        return start + UInt64(Double(sent) * interval)
    }

    /// Takes back the last query that was counted.
    mutating func giveBack() {
        if isPaced { sent -= 1 }
    }

    /// The nanoseconds until the next query is due; nil when that is up to the answers.
    func wait(at now: UInt64) -> UInt64? {
        guard let interval else { return nil }
        let next = start + UInt64(Double(sent + 1) * interval)
        return next > now ? next - now : 0
    }
}
