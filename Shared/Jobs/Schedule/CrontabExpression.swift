// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The five fields of crontab(5): minute, hour, day of month, month, day of week (0 or 7 is Sunday). Each is `*`, a
/// number, a range `a-b`, either of these with a step `/n`, or several of them separated by commas.
///
/// As in crontab(5), when both day fields are restricted a day needs to match only one of them.
package struct CrontabExpression: Sendable, Equatable {
    /// Sets of numbers as bits.
    private let minutes: UInt64
    private let hours: UInt64
    private let daysOfMonth: UInt64
    private let months: UInt64
    private let daysOfWeek: UInt64
    private let eitherDay: Bool
    /// Whether the minute or the hour begins with `*`: such a job follows the clock when it is changed.
    let hasWildcardTime: Bool

    /// Reads an expression; `nil` if it is not one.
    package init?(_ text: String) {
        let fields = text.split(separator: " ")
        guard fields.count == 5,
            let minutes = Self.bits(fields[0], 0...59),
            let hours = Self.bits(fields[1], 0...23),
            let daysOfMonth = Self.bits(fields[2], 1...31),
            let months = Self.bits(fields[3], 1...12),
            let daysOfWeek = Self.bits(fields[4], 0...7)
        else { return nil }
        self.minutes = minutes
        self.hours = hours
        self.daysOfMonth = daysOfMonth
        self.months = months
        // Sunday is both 0 and 7.
        self.daysOfWeek = daysOfWeek | (daysOfWeek >> 7 & 1)
        hasWildcardTime = fields[0].first == "*" || fields[1].first == "*"
        eitherDay = fields[2].first != "*" && fields[4].first != "*"
    }

    /// The start of the latest minute at or before `time` that matches; looks back eight years at most, which holds
    /// a 29 February even around 2100.
    func latestMinute(atOrBefore time: Int64) -> Int64? {
        var day = time >= 0 ? time / 86_400 : (time - 86_399) / 86_400
        var lastMinute = Int((time - day * 86_400) / 60)
        let oldest = day - 8 * 366
        while day >= oldest {
            if matches(day: day), let minute = latestMinuteOfDay(atOrBefore: lastMinute) {
                return day * 86_400 + Int64(minute) * 60
            }
            day -= 1
            lastMinute = 1_439
        }
        return nil
    }

    private func latestMinuteOfDay(atOrBefore last: Int) -> Int? {
        var minute = last
        while minute >= 0 {
            if hours & 1 << (minute / 60) == 0 {
                // On to the last minute of the hour before.
                minute = minute / 60 * 60 - 1
            } else if minutes & 1 << (minute % 60) == 0 {
                minute -= 1
            } else {
                return minute
            }
        }
        return nil
    }

    private func matches(day: Int64) -> Bool {
        let date = CivilDate(daysSinceEpoch: day)
        guard months & 1 << date.month != 0 else { return false }
        let monthDay = daysOfMonth & 1 << date.day != 0
        let weekDay = daysOfWeek & 1 << date.weekday != 0
        return eitherDay ? monthDay || weekDay : monthDay && weekDay
    }

    private static func bits(_ field: Substring, _ range: ClosedRange<Int>) -> UInt64? {
        var bits: UInt64 = 0
        for part in field.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard let values = values(halves[0], range, hasStep: halves.count == 2) else { return nil }
            var step = 1
            if halves.count == 2 {
                guard let number = Int(halves[1]), (1...range.upperBound).contains(number) else { return nil }
                step = number
            }
            for value in stride(from: values.lowerBound, through: values.upperBound, by: step) { bits |= 1 << value }
        }
        return bits
    }

    private static func values(_ text: Substring, _ range: ClosedRange<Int>, hasStep: Bool) -> ClosedRange<Int>? {
        if text == "*" { return range }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = Int(ends[0]), range.contains(first) else { return nil }
        guard ends.count == 2 else {
            // A step needs a range to go through.
            return hasStep ? nil : first...first
        }
        guard let last = Int(ends[1]), range.contains(last), first <= last else { return nil }
        return first...last
    }
}
