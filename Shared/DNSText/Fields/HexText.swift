// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Hexadecimal data: read in either case and split over tokens at will, printed in upper case in one piece.
enum HexText {
    /// Appends the octets of all tokens that are left, at least one.
    static func parseRemaining(_ cursor: inout TextCursor, into wire: inout [UInt8]) throws(TextError) {
        var token = try cursor.next("hexadecimal data")
        var high: UInt8?
        while true {
            for index in token.start..<token.end {
                guard let digit = Octet.hexDigit(cursor.bytes[index]) else {
                    throw TextError(offset: index, reason: .invalid("hexadecimal data"))
                }
                if let first = high {
                    wire.append(first &<< 4 | digit)
                    high = nil
                } else {
                    high = digit
                }
            }
            guard !cursor.isAtEnd else { break }
            token = try cursor.next("hexadecimal data")
        }
        guard high == nil, token.count > 0 else {
            throw TextError(offset: token.end, reason: .invalid("hexadecimal data with an even number of digits"))
        }
    }

    /// Appends a length octet and the octets of the next token; `-` stands for none (RFC 5155 3.3).
    static func parseWithLength(_ cursor: inout TextCursor, into wire: inout [UInt8]) throws(TextError) {
        let token = try cursor.next("a salt")
        if token.count == 1, cursor.bytes[token.start] == Octet.hyphen {
            wire.append(0)
            return
        }
        guard token.count > 0, token.count.isMultiple(of: 2), let length = UInt8(exactly: token.count / 2) else {
            throw TextError(offset: token.start, reason: .invalid("a salt of at most 255 octets in hexadecimal"))
        }
        wire.append(length)
        for index in stride(from: token.start, to: token.end, by: 2) {
            guard let high = Octet.hexDigit(cursor.bytes[index]), let low = Octet.hexDigit(cursor.bytes[index + 1])
            else { throw TextError(offset: index, reason: .invalid("hexadecimal data")) }
            wire.append(high &<< 4 | low)
        }
    }

    /// Appends all octets up to the end, of which there must be some.
    static func printRemaining(_ reader: inout WireReader, into text: inout [UInt8]) throws(WireError) {
        guard !reader.isAtEnd else { throw .emptyField }
        while !reader.isAtEnd { print(try reader.readUInt8(), into: &text) }
    }

    /// Appends the octets that a length octet announces.
    static func printWithLength(_ reader: inout WireReader, into text: inout [UInt8]) throws(WireError) {
        let length = try reader.readUInt8()
        if length == 0 { text.append(Octet.hyphen) }
        for _ in 0..<length { print(try reader.readUInt8(), into: &text) }
    }

    /// Appends the two digits of an octet.
    static func print(_ octet: UInt8, into text: inout [UInt8]) {
        text.append(digit(octet &>> 4))
        text.append(digit(octet & 0x0F))
    }

    /// Appends a number in lower case without zeros in front, as in an IPv6 address.
    static func printShort(_ value: UInt16, into text: inout [UInt8]) {
        var shift: UInt16 = 12
        while shift > 0, value &>> shift == 0 { shift &-= 4 }
        while true {
            text.append(digit(UInt8(truncatingIfNeeded: value &>> shift & 0x0F)) | 0x20)
            guard shift > 0 else { return }
            shift &-= 4
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? Octet.zero &+ value : 0x41 &+ value &- 10
    }
}
