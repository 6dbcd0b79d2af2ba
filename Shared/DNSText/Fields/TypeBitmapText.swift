// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Type bitmaps (RFC 4034 4.1.2): the types as words in any order; printed in the order of their numbers.
enum TypeBitmapText {
    /// Appends the windows of the types in all tokens that are left.
    static func parseRemaining(_ cursor: inout TextCursor, into wire: inout [UInt8]) throws(TextError) {
        var numbers: [UInt16] = []
        while !cursor.isAtEnd { numbers.append(try TypeText.parse(&cursor).rawValue) }
        numbers.sort()
        var index = 0
        while index < numbers.count {
            let window = UInt8(truncatingIfNeeded: numbers[index] &>> 8)
            wire.append(window)
            let lengthIndex = wire.count
            wire.append(0)
            while index < numbers.count, UInt8(truncatingIfNeeded: numbers[index] &>> 8) == window {
                let bit = Int(numbers[index] & 0xFF)
                while wire.count <= lengthIndex &+ 1 &+ bit / 8 { wire.append(0) }
                wire[lengthIndex &+ 1 &+ bit / 8] |= 0x80 &>> UInt8(truncatingIfNeeded: bit % 8)
                index &+= 1
            }
            wire[lengthIndex] = UInt8(truncatingIfNeeded: wire.count &- lengthIndex &- 1)
        }
    }

    /// Appends the types of all windows up to the end, each with a space in front.
    static func printRemaining(_ reader: inout WireReader, into text: inout [UInt8]) throws(WireError) {
        var last = -1
        while !reader.isAtEnd {
            let window = Int(try reader.readUInt8())
            let length = Int(try reader.readUInt8())
            guard window > last, (1...32).contains(length) else { throw .badTypeBitmap }
            last = window
            for octetIndex in 0..<length {
                let octet = try reader.readUInt8()
                guard octetIndex < length &- 1 || octet != 0 else { throw .badTypeBitmap }
                for bit in 0..<8 where octet & (0x80 &>> UInt8(truncatingIfNeeded: bit)) != 0 {
                    text.append(Octet.space)
                    let number = window &<< 8 &+ octetIndex &* 8 &+ bit
                    TypeText.print(RRType(rawValue: UInt16(truncatingIfNeeded: number)), into: &text)
                }
            }
        }
    }
}
