// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Character-strings (RFC 1035 5.1): in quotes or bare, with the escapes `\X` and `\DDD`. They are printed in quotes.
enum CharacterStringText {
    /// Appends the length octet and the octets of the string in the next token.
    static func parse(_ cursor: inout TextCursor, into wire: inout [UInt8]) throws(TextError) {
        let token = try cursor.next("a character-string")
        let lengthIndex = wire.count
        wire.append(0)
        try appendContent(token, in: cursor.bytes, into: &wire)
        guard let length = UInt8(exactly: wire.count &- lengthIndex &- 1) else {
            throw TextError(offset: token.start, reason: .stringTooLong)
        }
        wire[lengthIndex] = length
    }

    /// Appends one or more strings, up to the last token.
    static func parseAll(_ cursor: inout TextCursor, into wire: inout [UInt8]) throws(TextError) {
        repeat {
            try parse(&cursor, into: &wire)
            guard wire.count <= RDataText.maximumLength else {
                throw TextError(offset: cursor.endOffset, reason: .dataTooLong)
            }
        } while !cursor.isAtEnd
    }

    /// Appends the octets of the string in the next token, without a length.
    static func parseLong(_ cursor: inout TextCursor, into wire: inout [UInt8]) throws(TextError) {
        let token = try cursor.next("a quoted text")
        try appendContent(token, in: cursor.bytes, into: &wire)
    }

    /// Appends what the token stands for, its escapes decoded.
    static func appendContent(
        _ token: TextToken,
        in bytes: Span<UInt8>,
        into wire: inout [UInt8]
    ) throws(TextError) {
        var index = token.start
        while index < token.end {
            let octet = bytes[index]
            if octet == Octet.backslash {
                wire.append(try EscapedOctet.decode(bytes, &index, end: token.end))
            } else {
                wire.append(octet)
                index &+= 1
            }
        }
    }

    /// Appends the string that the reader stands at.
    static func print(_ reader: inout WireReader, into text: inout [UInt8]) throws(WireError) {
        let length = Int(try reader.readUInt8())
        try print(&reader, count: length, into: &text)
    }

    /// Appends all strings up to the end.
    static func printAll(_ reader: inout WireReader, into text: inout [UInt8]) throws(WireError) {
        try print(&reader, into: &text)
        while !reader.isAtEnd {
            text.append(Octet.space)
            try print(&reader, into: &text)
        }
    }

    /// Appends the next `count` octets in quotes.
    static func print(_ reader: inout WireReader, count: Int, into text: inout [UInt8]) throws(WireError) {
        try reader.require(count)
        text.append(Octet.quote)
        for _ in 0..<count {
            append(reader.octet(at: reader.position), to: &text)
            reader.position &+= 1
        }
        text.append(Octet.quote)
    }

    /// Appends an octet as it stands between quotes.
    static func append(_ octet: UInt8, to text: inout [UInt8]) {
        switch octet {
        case Octet.quote, Octet.backslash:
            text.append(Octet.backslash)
            text.append(octet)
        case 0x20...0x7E:
            text.append(octet)
        default:
            EscapedOctet.appendDecimal(octet, to: &text)
        }
    }
}
