// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Base64 data (RFC 4648 4): split over tokens at will, printed in one piece.
package enum Base64Text {
    /// Appends the octets of all tokens that are left, at least one.
    static func parseRemaining(_ cursor: inout TextCursor, into wire: inout [UInt8]) throws(TextError) {
        let start = cursor.peek?.start ?? cursor.endOffset
        var decoder = Decoder()
        repeat {
            let token = try cursor.next("base64 data")
            for index in token.start..<token.end where !decoder.take(cursor.bytes[index], into: &wire) {
                throw TextError(offset: index, reason: .invalid("base64 data"))
            }
        } while !cursor.isAtEnd
        guard decoder.isComplete else { throw TextError(offset: start, reason: .invalid("complete base64 data")) }
    }

    /// The octets that `text` encodes, or nil.
    package static func decode(_ text: [UInt8]) -> [UInt8]? {
        var decoder = Decoder()
        var octets: [UInt8] = []
        for octet in text where !decoder.take(octet, into: &octets) { return nil }
        return decoder.isComplete ? octets : nil
    }

    /// Appends all octets up to the end, of which there must be some.
    static func printRemaining(_ reader: inout WireReader, into text: inout [UInt8]) throws(WireError) {
        guard !reader.isAtEnd else { throw .emptyField }
        while !reader.isAtEnd {
            let count = min(3, reader.remaining)
            var bits: UInt32 = 0
            for _ in 0..<count { bits = bits &<< 8 | UInt32(try reader.readUInt8()) }
            bits &<<= UInt32(8 &* (3 &- count))
            for sextet in 0..<4 {
                let value = UInt8(truncatingIfNeeded: bits &>> UInt32(18 &- 6 &* sextet)) & 0x3F
                text.append(sextet <= count ? letter(value) : Octet.equals)
            }
        }
    }

    private static func letter(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<26: 0x41 &+ value
        case 26..<52: 0x61 &+ value &- 26
        case 52..<62: Octet.zero &+ value &- 52
        case 62: Octet.plus
        default: Octet.slash
        }
    }

    private static func value(_ letter: UInt8) -> UInt8? {
        switch letter {
        case 0x41...0x5A: letter &- 0x41
        case 0x61...0x7A: letter &- 0x61 &+ 26
        case Octet.zero...Octet.nine: letter &- Octet.zero &+ 52
        case Octet.plus: 62
        case Octet.slash: 63
        default: nil
        }
    }

    /// What is known between two letters.
    private struct Decoder {
        private var bits: UInt32 = 0
        private var count = 0
        private var padding = 0

        /// Whether the letters so far end a group of four, at least one group.
        var isComplete: Bool { hasData && (count &+ padding).isMultiple(of: 4) }
        private var hasData = false

        /// Takes the next letter; false when it cannot stand here.
        mutating func take(_ letter: UInt8, into octets: inout [UInt8]) -> Bool {
            if letter == Octet.equals {
                padding &+= 1
                // Bits behind the last octet must be zero, or two texts would stand for one value.
                let spare: UInt32 = count == 2 ? 0x0F : 0x03
                return count >= 2 && count &+ padding <= 4 && bits & spare == 0
            }
            guard padding == 0, let value = Base64Text.value(letter) else { return false }
            hasData = true
            bits = (bits &<< 6 | UInt32(value)) & 0xFFF
            count &+= 1
            switch count {
            case 2: octets.append(UInt8(truncatingIfNeeded: bits &>> 4))
            case 3: octets.append(UInt8(truncatingIfNeeded: bits &>> 2))
            case 4:
                octets.append(UInt8(truncatingIfNeeded: bits))
                count = 0
            default: break
            }
            return true
        }
    }
}
