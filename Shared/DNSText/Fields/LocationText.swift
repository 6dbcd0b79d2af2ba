// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Locations (RFC 1876 3): `d1 [m1 [s1]] N|S d2 [m2 [s2]] E|W altitude[m] [size[m] [horizontal[m] [vertical[m]]]]`.
enum LocationText {
    /// The equator and the prime meridian, in thousandths of an arc second.
    private static let origin: Int64 = 1 << 31
    /// How far below sea level the altitude counts from, in centimetres.
    private static let altitudeBase: Int64 = 10_000_000

    /// Appends the sixteen octets of the location in all tokens that are left.
    static func parse(_ cursor: inout TextCursor, into wire: inout [UInt8]) throws(TextError) {
        let latitude = try parseAngle(&cursor, "a latitude", positive: "n", negative: "s", maximumDegrees: 90)
        let longitude = try parseAngle(&cursor, "a longitude", positive: "e", negative: "w", maximumDegrees: 180)
        let altitude = try parseLength(&cursor, "an altitude", range: -altitudeBase...4_284_967_295)
        let size = try parsePrecision(&cursor, "a size", default: 100)
        let horizontal = try parsePrecision(&cursor, "a horizontal precision", default: 1_000_000)
        let vertical = try parsePrecision(&cursor, "a vertical precision", default: 1_000)
        wire.append(0)
        wire.append(size)
        wire.append(horizontal)
        wire.append(vertical)
        wire.appendInteger(UInt32(truncatingIfNeeded: origin + latitude))
        wire.appendInteger(UInt32(truncatingIfNeeded: origin + longitude))
        wire.appendInteger(UInt32(truncatingIfNeeded: altitude + altitudeBase))
    }

    /// An angle in thousandths of an arc second.
    private static func parseAngle(
        _ cursor: inout TextCursor,
        _ field: String,
        positive: StaticString,
        negative: StaticString,
        maximumDegrees: Int64
    ) throws(TextError) -> Int64 {
        let start = cursor.peek?.start ?? cursor.endOffset
        var parts: [Int64] = []
        while true {
            let token = try cursor.next(field)
            let isPositive = cursor.matches(token, positive)
            if isPositive || cursor.matches(token, negative) {
                guard !parts.isEmpty else { throw TextError(offset: token.start, reason: .invalid(field)) }
                let total = parts.reduce(0, +)
                guard total <= maximumDegrees * 3_600_000 else {
                    throw TextError(offset: start, reason: .invalid(field))
                }
                return isPositive ? total : -total
            }
            let limits: [(unit: Int64, maximum: Int64, decimals: Int)] = [
                (3_600_000, maximumDegrees, 0), (60_000, 59, 0), (1, 59_999, 3),
            ]
            guard parts.count < limits.count,
                let value = decimal(cursor.bytes, token.start, token.end, decimals: limits[parts.count].decimals),
                (0...limits[parts.count].maximum).contains(value)
            else { throw TextError(offset: token.start, reason: .invalid(field)) }
            parts.append(value * limits[parts.count].unit)
        }
    }

    /// A length in centimetres, written in metres with an optional `m`.
    private static func parseLength(
        _ cursor: inout TextCursor,
        _ field: String,
        range: ClosedRange<Int64>
    ) throws(TextError) -> Int64 {
        let token = try cursor.next(field)
        var end = token.end
        if end > token.start, Octet.lowercase(cursor.bytes[end - 1]) == UInt8(ascii: "m") { end -= 1 }
        guard let value = decimal(cursor.bytes, token.start, end, decimals: 2), range.contains(value) else {
            throw TextError(offset: token.start, reason: .invalid(field + " in metres"))
        }
        return value
    }

    /// A length as RFC 1876 2 packs it: the mantissa in the high half, the power of ten of centimetres in the low one.
    private static func parsePrecision(
        _ cursor: inout TextCursor,
        _ field: String,
        default standard: Int64
    ) throws(TextError) -> UInt8 {
        var mantissa = cursor.isAtEnd ? standard : try parseLength(&cursor, field, range: 0...9_000_000_000)
        var exponent: UInt8 = 0
        while mantissa > 9 {
            mantissa /= 10
            exponent += 1
        }
        return UInt8(truncatingIfNeeded: mantissa) << 4 | exponent
    }

    /// A decimal number times ten to the power of `decimals`; nil when it has more decimals or is no number.
    private static func decimal(_ bytes: Span<UInt8>, _ start: Int, _ end: Int, decimals: Int) -> Int64? {
        var index = start
        var isNegative = false
        if index < end, bytes[index] == Octet.hyphen {
            isNegative = true
            index += 1
        }
        var value: Int64 = 0
        var hasDigits = false
        var decimalsLeft: Int?
        while index < end {
            if bytes[index] == Octet.dot, decimalsLeft == nil, decimals > 0 {
                decimalsLeft = decimals
            } else {
                guard let digit = Octet.digit(bytes[index]), value < 1_000_000_000_000, decimalsLeft != 0 else {
                    return nil
                }
                value = value * 10 + Int64(digit)
                hasDigits = true
                decimalsLeft = decimalsLeft.map { $0 - 1 }
            }
            index += 1
        }
        guard hasDigits else { return nil }
        for _ in 0..<(decimalsLeft ?? decimals) { value *= 10 }
        return isNegative ? -value : value
    }

    /// Appends the location that the reader stands at.
    static func print(_ reader: inout WireReader, into text: inout [UInt8]) throws(WireError) {
        guard try reader.readUInt8() == 0 else { throw .badLocation }
        let size = try reader.readUInt8()
        let horizontal = try reader.readUInt8()
        let vertical = try reader.readUInt8()
        let latitude = Int64(try reader.readUInt32()) - origin
        let longitude = Int64(try reader.readUInt32()) - origin
        let altitude = Int64(try reader.readUInt32()) - altitudeBase
        guard abs(latitude) <= 90 * 3_600_000, abs(longitude) <= 180 * 3_600_000 else { throw .badLocation }
        printAngle(latitude, positive: "N", negative: "S", into: &text)
        printAngle(longitude, positive: "E", negative: "W", into: &text)
        if altitude < 0 { text.append(Octet.hyphen) }
        printLength(altitude.magnitude, into: &text)
        for precision in [size, horizontal, vertical] {
            // A zero has one text but ten wire forms: the others cannot be told in text.
            guard precision >> 4 <= 9, precision & 0x0F <= 9, precision == 0 || precision >> 4 > 0 else {
                throw .badLocation
            }
            var length = UInt64(precision >> 4)
            for _ in 0..<(precision & 0x0F) { length *= 10 }
            text.append(Octet.space)
            printLength(length, into: &text)
        }
    }

    private static func printAngle(
        _ angle: Int64,
        positive: Unicode.Scalar,
        negative: Unicode.Scalar,
        into text: inout [UInt8]
    ) {
        let magnitude = angle.magnitude
        NumberText.print(magnitude / 3_600_000, into: &text)
        text.append(Octet.space)
        NumberText.print(magnitude / 60_000 % 60, into: &text)
        text.append(Octet.space)
        NumberText.print(magnitude / 1_000 % 60, into: &text)
        text.append(Octet.dot)
        NumberText.print(magnitude % 1_000, width: 3, into: &text)
        text.append(Octet.space)
        text.append(UInt8(ascii: angle < 0 ? negative : positive))
        text.append(Octet.space)
    }

    private static func printLength(_ centimetres: UInt64, into text: inout [UInt8]) {
        NumberText.print(centimetres / 100, into: &text)
        text.append(Octet.dot)
        NumberText.print(centimetres % 100, width: 2, into: &text)
        text.append(UInt8(ascii: "m"))
    }
}
