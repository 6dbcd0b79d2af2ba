// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Property tags of CAA records: letters and digits (RFC 8659 4.1).
enum TagText {
    /// Appends the length octet and the letters of the tag in the next token.
    static func parse(_ cursor: inout TextCursor, into wire: inout [UInt8]) throws(TextError) {
        let token = try cursor.next("a property tag")
        guard let length = UInt8(exactly: token.count), length > 0 else {
            throw TextError(offset: token.start, reason: .invalid("a property tag"))
        }
        wire.append(length)
        for index in token.start..<token.end {
            guard isTagOctet(cursor.bytes[index]) else {
                throw TextError(offset: index, reason: .invalid("a property tag"))
            }
            wire.append(cursor.bytes[index])
        }
    }

    /// Appends the tag that the reader stands at.
    static func print(_ reader: inout WireReader, into text: inout [UInt8]) throws(WireError) {
        let length = Int(try reader.readUInt8())
        guard length > 0 else { throw .badTag }
        for _ in 0..<length {
            let octet = try reader.readUInt8()
            guard isTagOctet(octet) else { throw .badTag }
            text.append(octet)
        }
    }

    private static func isTagOctet(_ octet: UInt8) -> Bool {
        Octet.digit(octet) != nil || Octet.lowercase(octet) &- 0x61 < 26
    }
}
