// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A time zone's rule for the years to come: the form of POSIX's `TZ` with the extensions of RFC 9636 section 3.3.1, as
/// `CET-1CEST,M3.5.0,M10.5.0/3`.
struct RecurringRule: Sendable, Equatable {
    /// Offset of standard time from UTC, in seconds.
    private let standard: Int64
    /// Summer time: its offset, and when it begins and ends.
    private let summer: Summer?

    private struct Summer: Sendable, Equatable {
        let offset: Int64
        let begin: Change
        let end: Change
    }

    /// A day of every year and a time on it, in the seconds since its midnight; may be of another day.
    private struct Change: Sendable, Equatable {
        enum Day: Sendable, Equatable {
            /// 1 to 365; 29 February is never counted.
            case julian(Int)
            /// 0 to 365.
            case ofYear(Int)
            /// Week 5 is the last one.
            case weekday(month: Int, week: Int, weekday: Int)
        }

        let day: Day
        let time: Int64
    }

    init?(_ text: String) {
        var rest = Substring(text)
        guard Self.name(&rest), let west = Self.time(&rest, most: 24) else { return nil }
        standard = -west
        guard !rest.isEmpty else {
            summer = nil
            return
        }
        guard Self.name(&rest) else { return nil }
        var offset = standard + 3_600
        if rest.first != "," {
            guard let west = Self.time(&rest, most: 24) else { return nil }
            offset = -west
        }
        guard let begin = Self.change(&rest), let end = Self.change(&rest), rest.isEmpty else { return nil }
        summer = Summer(offset: offset, begin: begin, end: end)
    }

    /// The period that holds `time`.
    func period(at time: Int64) -> TimeZoneRules.Period {
        guard let summer else { return TimeZoneRules.Period(start: nil, offset: standard) }
        let days = (time + standard) >= 0 ? (time + standard) / 86_400 : (time + standard - 86_399) / 86_400
        let year = CivilDate(daysSinceEpoch: days).year
        // A change may be hours away from its day, and the last one in the year before.
        let changes = (year - 1...year + 1).flatMap { year in
            [
                TimeZoneRules.Period(start: Self.start(summer.begin, in: year) - standard, offset: summer.offset),
                TimeZoneRules.Period(start: Self.start(summer.end, in: year) - summer.offset, offset: standard),
            ]
        }.sorted { ($0.start ?? 0) < ($1.start ?? 0) }
        // Where the end of one summer meets the beginning of the next it is always summer.
        return changes.last { ($0.start ?? 0) <= time } ?? TimeZoneRules.Period(start: nil, offset: standard)
    }

    /// The local time of a change.
    private static func start(_ change: Change, in year: Int) -> Int64 {
        let january = CivilDate.days(year: year, month: 1, day: 1)
        let isLeap = CivilDate.days(year: year, month: 3, day: 1) - january == 60
        let day: Int64
        switch change.day {
        case .julian(let number): day = january + Int64(number - 1) + (isLeap && number >= 60 ? 1 : 0)
        case .ofYear(let number): day = january + Int64(number)
        case .weekday(let month, let week, let weekday):
            let first = CivilDate.days(year: year, month: month, day: 1)
            let next =
                month == 12
                ? CivilDate.days(year: year + 1, month: 1, day: 1)
                : CivilDate.days(year: year, month: month + 1, day: 1)
            let shift = (weekday - CivilDate(daysSinceEpoch: first).weekday + 7) % 7
            var found = first + Int64(shift) + Int64(week - 1) * 7
            if found >= next { found -= 7 }
            day = found
        }
        return day * 86_400 + change.time
    }

    private static func name(_ text: inout Substring) -> Bool {
        if text.first == "<" {
            guard let end = text.firstIndex(of: ">") else { return false }
            text = text[text.index(after: end)...]
            return true
        }
        let letters = text.prefix { $0.isASCII && $0.isLetter }
        text = text.dropFirst(letters.count)
        return letters.count >= 3
    }

    /// `[+-]h[h[h]][:mm[:ss]]` in seconds.
    private static func time(_ text: inout Substring, most hours: Int64) -> Int64? {
        var sign: Int64 = 1
        if let first = text.first, first == "+" || first == "-" {
            sign = first == "-" ? -1 : 1
            text = text.dropFirst()
        }
        guard let hour = number(&text, 0...hours) else { return nil }
        var value = hour * 3_600
        for unit: Int64 in [60, 1] where text.first == ":" {
            text = text.dropFirst()
            guard let part = number(&text, 0...59) else { return nil }
            value += part * unit
        }
        return sign * value
    }

    private static func change(_ text: inout Substring) -> Change? {
        guard text.first == "," else { return nil }
        text = text.dropFirst()
        let day: Change.Day
        switch text.first {
        case "J"?:
            text = text.dropFirst()
            guard let number = number(&text, 1...365) else { return nil }
            day = .julian(Int(number))
        case "M"?:
            text = text.dropFirst()
            guard let month = number(&text, 1...12), text.popFirst() == ".", let week = number(&text, 1...5),
                text.popFirst() == ".", let weekday = number(&text, 0...6)
            else { return nil }
            day = .weekday(month: Int(month), week: Int(week), weekday: Int(weekday))
        default:
            guard let number = number(&text, 0...365) else { return nil }
            day = .ofYear(Int(number))
        }
        guard text.first == "/" else { return Change(day: day, time: 7_200) }
        text = text.dropFirst()
        guard let time = time(&text, most: 167) else { return nil }
        return Change(day: day, time: time)
    }

    private static func number(_ text: inout Substring, _ range: ClosedRange<Int64>) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits), range.contains(number) else { return nil }
        text = text.dropFirst(digits.count)
        return number
    }
}
