// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Times of signatures (RFC 4034 3.2): `YYYYMMDDHHmmSS` in UTC, or the seconds since 1970 as a number.
enum TimestampText {
    /// Appends the four octets of the time in the next token.
    static func parse(_ cursor: inout TextCursor, into wire: inout [UInt8]) throws(TextError) {
        let token = try cursor.next("a time")
        guard token.count == 14 else {
            let seconds = try NumberText.parse(
                cursor.bytes,
                from: token.start,
                to: token.end,
                "a time as YYYYMMDDHHmmSS or in seconds since 1970",
                maximum: UInt64(UInt32.max)
            )
            wire.appendInteger(UInt32(truncatingIfNeeded: seconds))
            return
        }
        let digits = try NumberText.parse(
            cursor.bytes,
            from: token.start,
            to: token.end,
            "a time as YYYYMMDDHHmmSS",
            maximum: 99_999_999_999_999
        )
        guard let seconds = seconds(digits) else {
            throw TextError(offset: token.start, reason: .invalid("a time as YYYYMMDDHHmmSS from 1970 to 2106"))
        }
        wire.appendInteger(seconds)
    }

    /// The seconds since 1970 of the digits `YYYYMMDDHHmmSS`; nil for a day or time that does not exist.
    private static func seconds(_ digits: UInt64) -> UInt32? {
        let second = Int(digits % 100)
        let minute = Int(digits / 100 % 100)
        let hour = Int(digits / 10_000 % 100)
        let day = Int(digits / 1_000_000 % 100)
        let month = Int(digits / 100_000_000 % 100)
        let year = Int(digits / 10_000_000_000)
        guard (1970...2106).contains(year), (1...12).contains(month), (1...daysInMonth(month, year)).contains(day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var days = day - 1
        for earlier in 1970..<year { days += isLeap(earlier) ? 366 : 365 }
        for earlier in 1..<month { days += daysInMonth(earlier, year) }
        return UInt32(exactly: days * 86_400 + hour * 3_600 + minute * 60 + second)
    }

    /// Appends the time that the reader stands at as `YYYYMMDDHHmmSS`, taken to lie from 1970 to 2106.
    static func print(_ reader: inout WireReader, into text: inout [UInt8]) throws(WireError) {
        let seconds = Int(try reader.readUInt32())
        var days = seconds / 86_400
        var year = 1970
        while days >= (isLeap(year) ? 366 : 365) {
            days -= isLeap(year) ? 366 : 365
            year += 1
        }
        var month = 1
        while days >= daysInMonth(month, year) {
            days -= daysInMonth(month, year)
            month += 1
        }
        let ofDay = seconds % 86_400
        NumberText.print(UInt64(year), width: 4, into: &text)
        for part in [month, days + 1, ofDay / 3_600, ofDay / 60 % 60, ofDay % 60] {
            NumberText.print(UInt64(part), width: 2, into: &text)
        }
    }

    private static func isLeap(_ year: Int) -> Bool {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }

    private static func daysInMonth(_ month: Int, _ year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
