// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A day of the proleptic Gregorian calendar in UTC.
package struct CalendarDay: Hashable, Comparable, Sendable, CustomStringConvertible {
    private static let secondsPerDay: Int64 = 86_400

    /// Days since 1970-01-01.
    package let number: Int64

    package init(number: Int64) {
        self.number = number
    }

    /// The day of an instant.
    package init(_ instant: Timestamp) {
        let seconds = instant.seconds
        number =
            (seconds - (seconds % Self.secondsPerDay + Self.secondsPerDay) % Self.secondsPerDay) / Self.secondsPerDay
    }

    /// The day written as `2026-11-23` (ISO 8601), or nil for what is none.
    package init?(_ text: String) {
        let octets = Array(text.utf8)
        guard octets.count == 10, octets[4] == UInt8(ascii: "-"), octets[7] == UInt8(ascii: "-"),
            let year = Int64(text.prefix(4)), let month = Int64(text.dropFirst(5).prefix(2)),
            let day = Int64(text.suffix(2)), year > 0, (1...12).contains(month), (1...31).contains(day)
        else {
            return nil
        }
        // Counted in eras of 400 years that start on 1 March, so that a leap day is the last of its year.
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.init(number: era * 146_097 + dayOfEra - 719_468)
        // A day that its month does not have comes out as another one.
        guard description == text else { return nil }
    }

    /// `2026-11-23`.
    package var description: String {
        String(Timestamp(seconds: number * Self.secondsPerDay).iso8601.prefix(10))
    }

    /// The day `days` later, or earlier for a negative number.
    package func advanced(by days: Int64) -> CalendarDay {
        CalendarDay(number: number + days)
    }

    package static func < (left: CalendarDay, right: CalendarDay) -> Bool {
        left.number < right.number
    }
}
