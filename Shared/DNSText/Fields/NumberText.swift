// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Decimal numbers.
enum NumberText {
    /// The number in the next token; `field` describes it in words.
    static func parse(
        _ cursor: inout TextCursor,
        _ field: @autoclosure () -> String,
        maximum: UInt64
    ) throws(TextError) -> UInt64 {
        let token = try cursor.next(field())
        return try parse(cursor.bytes, from: token.start, to: token.end, field(), maximum: maximum)
    }

    /// The number that the octets from `start` to before `end` write.
    static func parse(
        _ bytes: Span<UInt8>,
        from start: Int,
        to end: Int,
        _ field: @autoclosure () -> String,
        maximum: UInt64
    ) throws(TextError) -> UInt64 {
        guard start < end else { throw TextError(offset: start, reason: .invalid(field())) }
        var value: UInt64 = 0
        for index in start..<end {
            guard let digit = Octet.digit(bytes[index]) else {
                throw TextError(offset: start, reason: .invalid(field()))
            }
            value = value &* 10 &+ UInt64(digit)
            guard value <= maximum else {
                throw TextError(offset: start, reason: .numberTooLarge(maximum: maximum))
            }
        }
        return value
    }

    /// Appends a number in decimal.
    static func print(_ value: some FixedWidthInteger & UnsignedInteger, into text: inout [UInt8]) {
        print(UInt64(value), into: &text)
    }

    /// Appends a number in decimal.
    static func print(_ value: UInt64, into text: inout [UInt8]) {
        var divisor: UInt64 = 1
        while value / divisor >= 10 { divisor &*= 10 }
        while divisor > 0 {
            text.append(Octet.zero &+ UInt8(truncatingIfNeeded: value / divisor % 10))
            divisor /= 10
        }
    }

    /// Appends a number in decimal with zeros in front up to `width` digits, which must suffice.
    static func print(_ value: UInt64, width: Int, into text: inout [UInt8]) {
        var digits = 1
        var rest = value / 10
        while rest > 0 {
            digits += 1
            rest /= 10
        }
        for _ in 0..<max(0, width - digits) { text.append(Octet.zero) }
        print(value, into: &text)
    }
}
