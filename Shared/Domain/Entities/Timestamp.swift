// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// An instant: microseconds since 1970-01-01T00:00:00Z, the resolution PostgreSQL keeps.
package struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since the Unix epoch; negative before it.
    package var microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// The instant `seconds` after the Unix epoch.
    package init(seconds: Int64) {
        self.microseconds = seconds * 1_000_000
    }

    /// Whole seconds since the Unix epoch, rounded down.
    package var seconds: Int64 {
        let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }

    /// `2016-12-11T17:31:51Z`: ISO 8601 in UTC with whole seconds, as the API writes instants.
    package var iso8601: String {
        let total = seconds
        var day = total / 86_400
        var second = total % 86_400
        if second < 0 {
            day -= 1
            second += 86_400
        }
        let (year, month, dayOfMonth) = Self.civil(fromDays: day)
        var text: [UInt8] = []
        text.reserveCapacity(20)
        Self.append(year, width: 4, "-", to: &text)
        Self.append(month, width: 2, "-", to: &text)
        Self.append(dayOfMonth, width: 2, "T", to: &text)
        Self.append(second / 3_600, width: 2, ":", to: &text)
        Self.append(second / 60 % 60, width: 2, ":", to: &text)
        Self.append(second % 60, width: 2, "Z", to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// The proleptic Gregorian date of a day number, counted in eras of 400 years that start on 1 March.
    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// Appends the lowest `width` digits of a number, and what follows them.
    private static func append(_ value: Int64, width: Int, _ separator: Unicode.Scalar, to text: inout [UInt8]) {
        var divisor: Int64 = width == 4 ? 1_000 : 10
        while divisor > 0 {
            text.append(UInt8(truncatingIfNeeded: 0x30 + abs(value) / divisor % 10))
            divisor /= 10
        }
        text.append(UInt8(ascii: separator))
    }
}
