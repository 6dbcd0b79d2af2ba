// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Times in seconds: a number, or numbers with the units w, d, h, m, s as in `1h30m`.
enum TTLText {
    /// The time in the next token.
    static func parse(_ cursor: inout TextCursor, maximum: UInt32) throws(TextError) -> UInt32 {
        let token = try cursor.next("a time in seconds")
        return try parse(token, in: cursor.bytes, maximum: maximum)
    }

    /// The time in `token`.
    static func parse(_ token: TextToken, in bytes: Span<UInt8>, maximum: UInt32) throws(TextError) -> UInt32 {
        let limit = UInt64(maximum)
        var total: UInt64 = 0
        var number: UInt64 = 0
        var hasDigits = false
        var hasUnits = false
        for index in token.start..<token.end {
            let octet = bytes[index]
            if let digit = Octet.digit(octet) {
                number = number &* 10 &+ UInt64(digit)
                hasDigits = true
            } else {
                guard hasDigits, let unit = seconds(ofUnit: octet) else { throw invalid(token) }
                total &+= number &* unit
                number = 0
                hasDigits = false
                hasUnits = true
            }
            // Both stay below 2^32, so that the steps above cannot overflow 64 bits.
            guard number <= limit, total <= limit else { throw tooLarge(token, limit) }
        }
        guard hasDigits != hasUnits else { throw invalid(token) }
        total &+= number
        return UInt32(truncatingIfNeeded: total)
    }

    private static func seconds(ofUnit octet: UInt8) -> UInt64? {
        switch Octet.lowercase(octet) {
        case UInt8(ascii: "s"): 1
        case UInt8(ascii: "m"): 60
        case UInt8(ascii: "h"): 3_600
        case UInt8(ascii: "d"): 86_400
        case UInt8(ascii: "w"): 604_800
        default: nil
        }
    }

    private static func invalid(_ token: TextToken) -> TextError {
        TextError(offset: token.start, reason: .invalid("a time in seconds"))
    }

    private static func tooLarge(_ token: TextToken, _ limit: UInt64) -> TextError {
        TextError(offset: token.start, reason: .numberTooLarge(maximum: limit))
    }
}
