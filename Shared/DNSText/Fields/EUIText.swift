// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// EUI-48 and EUI-64 addresses: pairs of hexadecimal digits with hyphens (RFC 7043 3.2 and 4.2).
enum EUIText {
    /// Appends the `count` octets of the address in the next token.
    static func parse(_ cursor: inout TextCursor, count: Int, into wire: inout [UInt8]) throws(TextError) {
        let token = try cursor.next("an EUI-\(count * 8) address")
        guard token.count == count &* 3 &- 1 else {
            throw TextError(offset: token.start, reason: .invalid("an EUI-\(count * 8) address"))
        }
        for pair in 0..<count {
            let index = token.start &+ pair &* 3
            guard let high = Octet.hexDigit(cursor.bytes[index]), let low = Octet.hexDigit(cursor.bytes[index &+ 1]),
                pair == count &- 1 || cursor.bytes[index &+ 2] == Octet.hyphen
            else { throw TextError(offset: index, reason: .invalid("an EUI-\(count * 8) address")) }
            wire.append(high &<< 4 | low)
        }
    }

    /// Appends the address of `count` octets that the reader stands at.
    static func print(_ reader: inout WireReader, count: Int, into text: inout [UInt8]) throws(WireError) {
        for pair in 0..<count {
            if pair > 0 { text.append(Octet.hyphen) }
            let octet = try reader.readUInt8()
            var digits: [UInt8] = []
            HexText.print(octet, into: &digits)
            text.append(contentsOf: digits.map(Octet.lowercase))
        }
    }
}
