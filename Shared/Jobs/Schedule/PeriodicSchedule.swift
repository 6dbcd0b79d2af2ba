// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// When a periodic job is due. Times are seconds since 1970-01-01 UTC.
///
/// Time is cut into slots; each slot runs once over all workers.
package enum PeriodicSchedule: Sendable, Equatable {
    /// Every so many whole seconds, counted from 1970-01-01 UTC.
    case every(seconds: Int64)
    /// At the minutes a crontab expression names, in UTC.
    case crontab(CrontabExpression)
    /// At the minutes a crontab expression names in a time zone; see ``ZonedCrontab`` for the days on which clocks change.
    case zoned(ZonedCrontab)

    /// The start of the latest slot at or before `time`; `nil` if there is none (31 February).
    package func latestSlot(atOrBefore time: Int64) -> Int64? {
        switch self {
        case .every(let seconds):
            guard seconds > 0 else { return nil }
            let remainder = time % seconds
            return time - (remainder < 0 ? remainder + seconds : remainder)
        case .crontab(let expression):
            return expression.latestMinute(atOrBefore: time)
        case .zoned(let crontab):
            return crontab.latestSlot(atOrBefore: time)
        }
    }

    /// The latest `most` slots after one time and not after another, in their order.
    package func slots(after start: Int64, through end: Int64, most: Int) -> [Int64] {
        var slots: [Int64] = []
        var time = end
        while slots.count < most, let slot = latestSlot(atOrBefore: time), slot > start {
            slots.append(slot)
            time = slot - 1
        }
        return slots.reversed()
    }
}
