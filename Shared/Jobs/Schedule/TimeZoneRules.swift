// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The offsets of a time zone from UTC over all time. Times are seconds since 1970-01-01 UTC.
package struct TimeZoneRules: Sendable, Equatable {
    /// A time of constant offset.
    struct Period: Equatable {
        /// Its first second; `nil` for the first period.
        let start: Int64?
        /// Local time minus UTC, in seconds.
        let offset: Int64
    }

    /// UTC.
    package static let utc = TimeZoneRules(transitions: [], first: 0, rule: nil)

    /// Changes of the offset, in order.
    private let transitions: [Transition]
    /// The offset before the first change.
    private let first: Int64
    /// What holds after the last one.
    private let rule: RecurringRule?

    struct Transition: Sendable, Equatable {
        let time: Int64
        let offset: Int64
    }

    init(transitions: [Transition], first: Int64, rule: RecurringRule?) {
        self.transitions = transitions
        self.first = first
        self.rule = rule
    }

    /// The period that holds `time`.
    func period(at time: Int64) -> Period {
        if let rule, time >= transitions.last?.time ?? .min {
            let period = rule.period(at: time)
            // The rule's period may have begun before the table's last change.
            if let last = transitions.last, period.start ?? .min <= last.time {
                return Period(start: last.time, offset: period.offset)
            }
            return period
        }
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].time <= time { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return Period(start: nil, offset: first) }
        return Period(start: transitions[low - 1].time, offset: transitions[low - 1].offset)
    }
}
