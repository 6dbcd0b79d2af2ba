// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// IPv4 addresses: four decimal numbers with dots.
enum IPv4Text {
    /// Appends the four octets of the address in the next token.
    static func parse(_ cursor: inout TextCursor, into wire: inout [UInt8]) throws(TextError) {
        let token = try cursor.next("an IPv4 address")
        guard let address = parse(cursor.bytes, from: token.start, to: token.end) else {
            throw TextError(offset: token.start, reason: .invalid("an IPv4 address"))
        }
        wire.appendInteger(address)
    }

    /// The address that the octets write, or nil. Numbers with needless zeros are refused, as some read them as octal.
    static func parse(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> UInt32? {
        var address: UInt32 = 0
        var dots = 0
        var value: UInt32 = 0
        var digits = 0
        for index in start..<end {
            let octet = bytes[index]
            if let digit = Octet.digit(octet) {
                guard digits == 0 || value > 0 else { return nil }
                value = value &* 10 &+ UInt32(digit)
                digits &+= 1
                guard value <= 255 else { return nil }
            } else {
                guard octet == Octet.dot, digits > 0, dots < 3 else { return nil }
                address = address &<< 8 | value
                dots &+= 1
                value = 0
                digits = 0
            }
        }
        guard dots == 3, digits > 0 else { return nil }
        return address &<< 8 | value
    }

    /// Appends the address that the reader stands at.
    static func print(_ reader: inout WireReader, into text: inout [UInt8]) throws(WireError) {
        print(try reader.readUInt32(), into: &text)
    }

    /// Appends an address.
    static func print(_ address: UInt32, into text: inout [UInt8]) {
        NumberText.print(UInt64(address &>> 24), into: &text)
        text.append(Octet.dot)
        NumberText.print(UInt64(address &>> 16 & 0xFF), into: &text)
        text.append(Octet.dot)
        NumberText.print(UInt64(address &>> 8 & 0xFF), into: &text)
        text.append(Octet.dot)
        NumberText.print(UInt64(address & 0xFF), into: &text)
    }
}
