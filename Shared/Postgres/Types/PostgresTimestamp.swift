// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A moment (`timestamptz`) with the server's precision: microseconds since 1970-01-01 00:00:00 UTC.
package struct PostgresTimestamp: Sendable, Hashable, Comparable {
    /// Microseconds since the Unix epoch; `.max` and `.min` stand for PostgreSQL's infinities.
    package let microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Whole seconds since the Unix epoch, rounded down.
    package var seconds: Int64 { microseconds >= 0 ? microseconds / 1_000_000 : (microseconds - 999_999) / 1_000_000 }

    package static func < (left: PostgresTimestamp, right: PostgresTimestamp) -> Bool {
        left.microseconds < right.microseconds
    }

    /// 2000-01-01, the server's own epoch, in seconds since 1970.
    private static let serverEpoch: Int64 = 946_684_800
}

extension PostgresTimestamp: PostgresBindable {
    package var postgresValue: PostgresValue {
        let (difference, overflow) = microseconds.subtractingReportingOverflow(Self.serverEpoch * 1_000_000)
        // The binary form has the infinities at the ends of Int64 too.
        let value = overflow ? Int64.min : microseconds == .max ? .max : difference
        let bits = UInt64(bitPattern: value)
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: bits >> UInt64(56 - $0 * 8)) }
        return PostgresValue(type: PostgresTypeID.timestamptz, binary: bytes)
    }
    package static var postgresNull: PostgresValue { PostgresValue(type: PostgresTypeID.timestamptz, text: nil) }
}

extension PostgresTimestamp: PostgresDecodable {
    /// Reads the ISO form with the offset +00, which the connection's TimeZone setting makes the only one.
    package static func decode(postgres text: Span<UInt8>) -> PostgresTimestamp? {
        guard let string = String.decode(postgres: text) else { return nil }
        if string == "infinity" { return PostgresTimestamp(microseconds: .max) }
        if string == "-infinity" { return PostgresTimestamp(microseconds: .min) }
        guard string.hasSuffix("+00") else { return nil }
        let parts = string.dropLast(3).split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let date = parts[0].split(separator: "-", omittingEmptySubsequences: false)
        let time = parts[1].split(separator: ":", omittingEmptySubsequences: false)
        guard date.count == 3, time.count == 3, let year = Int64(date[0]), let month = Int64(date[1]),
            let day = Int64(date[2]), let hour = Int64(time[0]), let minute = Int64(time[1]),
            let micros = microseconds(ofSecond: time[2])
        else { return nil }
        let days = daysSinceEpoch(year: year, month: month, day: day)
        let seconds = ((days * 24 + hour) * 60 + minute) * 60
        return PostgresTimestamp(microseconds: seconds * 1_000_000 + micros)
    }

    private static func microseconds(ofSecond text: Substring) -> Int64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard let second = Int64(parts[0]), parts.count <= 2 else { return nil }
        guard parts.count == 2 else { return second * 1_000_000 }
        guard parts[1].count <= 6, var fraction = Int64(parts[1]) else { return nil }
        for _ in parts[1].count..<6 { fraction *= 10 }
        return second * 1_000_000 + fraction
    }

    /// Days from 1970-01-01 in the proleptic Gregorian calendar. Years are counted from March, so that the leap day is
    /// the last of its year.
    private static func daysSinceEpoch(year: Int64, month: Int64, day: Int64) -> Int64 {
        let marchYear = month <= 2 ? year - 1 : year
        let marchMonth = (month + 9) % 12
        let leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
        return marchYear * 365 + leapDays + (marchMonth * 153 + 2) / 5 + day - 1 - 719_468
    }
}
