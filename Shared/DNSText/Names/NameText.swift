// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Domain names in presentation form (RFC 1035 5.1).
enum NameText {
    /// Appends the wire form of the name in the next token; a relative one is completed with the cursor's origin.
    static func parse(_ cursor: inout TextCursor, into wire: inout [UInt8]) throws(TextError) {
        let token = try cursor.next("a domain name")
        try parse(token, in: cursor.bytes, origin: cursor.origin, into: &wire)
    }

    /// Appends the wire form of the name in `token`. An empty `origin` means that there is none.
    static func parse(
        _ token: TextToken,
        in bytes: Span<UInt8>,
        origin: Span<UInt8>,
        into wire: inout [UInt8]
    ) throws(TextError) {
        let base = wire.count
        var index = token.start
        if token.count == 1 {
            switch bytes[index] {
            case Octet.dot:
                wire.append(0)
                return
            case Octet.at where !token.isQuoted:
                try complete(&wire, base: base, origin: origin, token: token)
                return
            default: break
            }
        }
        guard token.count > 0 else { throw TextError(offset: index, reason: .emptyLabel) }
        var lengthIndex = base
        wire.append(0)
        while index < token.end {
            var octet = bytes[index]
            if octet == Octet.dot {
                let length = wire.count &- lengthIndex &- 1
                guard length > 0 else { throw TextError(offset: index, reason: .emptyLabel) }
                guard length <= 63 else { throw TextError(offset: index &- length, reason: .labelTooLong) }
                wire[lengthIndex] = UInt8(truncatingIfNeeded: length)
                lengthIndex = wire.count
                wire.append(0)
                index &+= 1
                continue
            }
            if octet == Octet.backslash {
                octet = try EscapedOctet.decode(bytes, &index, end: token.end)
            } else {
                index &+= 1
            }
            wire.append(octet)
            guard wire.count &- base <= 256 else { throw TextError(offset: token.start, reason: .nameTooLong) }
        }
        let length = wire.count &- lengthIndex &- 1
        guard length <= 63 else {
            throw TextError(offset: max(token.start, token.end &- length), reason: .labelTooLong)
        }
        if length > 0 {
            wire[lengthIndex] = UInt8(truncatingIfNeeded: length)
            try complete(&wire, base: base, origin: origin, token: token)
        }
        guard wire.count &- base <= Name.maximumLength else {
            throw TextError(offset: token.start, reason: .nameTooLong)
        }
    }

    /// Appends the origin to the labels that stand at `base`.
    private static func complete(
        _ wire: inout [UInt8],
        base: Int,
        origin: Span<UInt8>,
        token: TextToken
    ) throws(TextError) {
        guard !origin.isEmpty else { throw TextError(offset: token.start, reason: .relativeNameWithoutOrigin) }
        guard wire.count &- base &+ origin.count <= Name.maximumLength else {
            throw TextError(offset: token.start, reason: .nameTooLong)
        }
        for index in origin.indices { wire.append(origin[index]) }
    }

    /// Appends the labels that stand in `wire` from `start` to before `end`, each with its dot.
    ///
    /// The octets must be the labels of a valid name.
    static func printLabels(_ wire: Span<UInt8>, from start: Int, to end: Int, into text: inout [UInt8]) {
        var index = start
        while index < end {
            let labelEnd = index &+ 1 &+ Int(wire[index])
            index &+= 1
            while index < labelEnd {
                append(wire[index], to: &text)
                index &+= 1
            }
            text.append(Octet.dot)
        }
    }

    /// Appends an octet of a label, escaped where it would mean something else.
    ///
    /// Of the punctuation that means nothing, Knot takes only `-_*/` as it stands, and BIND and NSD take not all of the
    /// rest behind a backslash: it is printed as a number.
    private static func append(_ octet: UInt8, to text: inout [UInt8]) {
        switch octet {
        case 0x61...0x7A, 0x41...0x5A, Octet.zero...Octet.nine, Octet.hyphen, Octet.underscore, Octet.asterisk,
            Octet.slash:
            text.append(octet)
        case Octet.dot, Octet.backslash, Octet.quote, Octet.semicolon, Octet.openParenthesis, Octet.closeParenthesis,
            Octet.at, Octet.dollar:
            text.append(Octet.backslash)
            text.append(octet)
        default:
            EscapedOctet.appendDecimal(octet, to: &text)
        }
    }

    /// Appends an uncompressed name that the reader stands at, absolute.
    static func print(_ reader: inout WireReader, into text: inout [UInt8]) throws(WireError) {
        guard reader.remaining > 0 else { throw .truncated }
        if reader.octet(at: reader.position) == 0 {
            reader.position &+= 1
            text.append(Octet.dot)
            return
        }
        while true {
            let length = Int(try reader.readUInt8())
            guard length > 0 else { return }
            guard length <= 63 else { throw .badLabelType }
            try reader.require(length)
            for _ in 0..<length {
                append(reader.octet(at: reader.position), to: &text)
                reader.position &+= 1
            }
            text.append(Octet.dot)
        }
    }
}
