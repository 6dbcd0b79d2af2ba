// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// RDATA of any type as `\# length hex` (RFC 3597 5).
enum UnknownDataText {
    /// Whether the token is the `\#` that announces this form.
    static func isMarker(_ token: TextToken, in bytes: Span<UInt8>) -> Bool {
        token.count == 2 && !token.isQuoted && bytes[token.start] == Octet.backslash
            && bytes[token.start &+ 1] == Octet.hash
    }

    /// Appends the octets of all tokens that are left behind the marker.
    static func parseRemaining(_ cursor: inout TextCursor, into wire: inout [UInt8]) throws(TextError) {
        let lengthOffset = cursor.peek?.start ?? cursor.endOffset
        let announced = Int(
            try NumberText.parse(&cursor, "the length of the data", maximum: UInt64(RDataText.maximumLength))
        )
        let start = wire.count
        if !cursor.isAtEnd { try HexText.parseRemaining(&cursor, into: &wire) }
        let actual = wire.count &- start
        guard actual == announced else {
            throw TextError(offset: lengthOffset, reason: .lengthMismatch(announced: announced, actual: actual))
        }
    }

    /// Appends the marker, the length and the octets.
    static func print(_ rdata: Span<UInt8>, into text: inout [UInt8]) {
        text.append(Octet.backslash)
        text.append(Octet.hash)
        text.append(Octet.space)
        NumberText.print(UInt64(rdata.count), into: &text)
        guard !rdata.isEmpty else { return }
        text.append(Octet.space)
        for index in rdata.indices { HexText.print(rdata[index], into: &text) }
    }
}
