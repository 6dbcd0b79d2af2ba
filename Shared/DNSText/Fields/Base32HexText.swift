// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Base32 with the extended hex alphabet and without padding (RFC 4648 7, RFC 5155 3.3).
enum Base32HexText {
    /// Appends a length octet and the octets of the next token.
    static func parseWithLength(_ cursor: inout TextCursor, into wire: inout [UInt8]) throws(TextError) {
        let token = try cursor.next("a hashed owner name")
        let lengthIndex = wire.count
        wire.append(0)
        var bits: UInt16 = 0
        var bitCount: UInt16 = 0
        for index in token.start..<token.end {
            guard let value = value(cursor.bytes[index]) else {
                throw TextError(offset: index, reason: .invalid("base32hex data"))
            }
            bits = bits &<< 5 | UInt16(value)
            bitCount &+= 5
            if bitCount >= 8 {
                bitCount &-= 8
                wire.append(UInt8(truncatingIfNeeded: bits &>> bitCount))
                bits &= (1 &<< bitCount) &- 1
            }
        }
        // Fewer than five bits may be left over, and they must be zero, or two texts would stand for one value.
        guard bitCount < 5, bits == 0, let length = UInt8(exactly: wire.count &- lengthIndex &- 1), length > 0 else {
            throw TextError(offset: token.start, reason: .invalid("base32hex data of 1 to 255 octets"))
        }
        wire[lengthIndex] = length
    }

    /// Appends the octets that a length octet announces, at least one.
    static func printWithLength(_ reader: inout WireReader, into text: inout [UInt8]) throws(WireError) {
        let length = try reader.readUInt8()
        guard length > 0 else { throw .emptyField }
        var bits: UInt16 = 0
        var bitCount: UInt16 = 0
        for _ in 0..<length {
            bits = bits &<< 8 | UInt16(try reader.readUInt8())
            bitCount &+= 8
            while bitCount >= 5 {
                bitCount &-= 5
                text.append(letter(UInt8(truncatingIfNeeded: bits &>> bitCount) & 0x1F))
            }
            bits &= (1 &<< bitCount) &- 1
        }
        if bitCount > 0 {
            text.append(letter(UInt8(truncatingIfNeeded: bits &<< (5 &- bitCount)) & 0x1F))
        }
    }

    private static func letter(_ value: UInt8) -> UInt8 {
        value < 10 ? Octet.zero &+ value : 0x41 &+ value &- 10
    }

    private static func value(_ letter: UInt8) -> UInt8? {
        if let digit = Octet.digit(letter) { return digit }
        let value = Octet.lowercase(letter) &- 0x61
        return value < 22 ? value &+ 10 : nil
    }
}
