// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Address prefixes of APL records (RFC 3123 5): `[!]family:address/length` with family 1 (IPv4) or 2 (IPv6).
enum PrefixText {
    /// Appends the prefixes of all tokens that are left; there may be none.
    static func parseRemaining(_ cursor: inout TextCursor, into wire: inout [UInt8]) throws(TextError) {
        while !cursor.isAtEnd {
            let token = try cursor.next("an address prefix")
            guard parse(token, in: cursor.bytes, into: &wire) else {
                throw TextError(
                    offset: token.start,
                    reason: .invalid("an address prefix as 1:192.0.2.0/24 or !2:2001:db8::/32")
                )
            }
            guard wire.count <= RDataText.maximumLength else {
                throw TextError(offset: token.start, reason: .dataTooLong)
            }
        }
    }

    private static func parse(_ token: TextToken, in bytes: Span<UInt8>, into wire: inout [UInt8]) -> Bool {
        var index = token.start
        var negation: UInt8 = 0
        if index < token.end, bytes[index] == Octet.exclamation {
            negation = 0x80
            index &+= 1
        }
        guard index &+ 1 < token.end, bytes[index &+ 1] == Octet.colon else { return false }
        let family = bytes[index] &- Octet.zero
        index &+= 2
        var slash = index
        while slash < token.end, bytes[slash] != Octet.slash { slash &+= 1 }
        var address: [UInt8] = []
        switch family {
        case 1:
            guard let parsed = IPv4Text.parse(bytes, from: index, to: slash) else { return false }
            address.appendInteger(parsed)
        case 2:
            guard let groups = IPv6Text.parse(bytes, from: index, to: slash) else { return false }
            for group in 0..<8 { address.appendInteger(groups[group]) }
        default:
            return false
        }
        let maximum = UInt64(address.count * 8)
        guard slash < token.end,
            let length = try? NumberText.parse(bytes, from: slash + 1, to: token.end, "a length", maximum: maximum)
        else { return false }
        while address.last == 0 { address.removeLast() }
        wire.appendInteger(UInt16(family))
        wire.append(UInt8(truncatingIfNeeded: length))
        wire.append(negation | UInt8(truncatingIfNeeded: address.count))
        wire.append(contentsOf: address)
        return true
    }

    /// Appends all prefixes up to the end, separated by spaces.
    static func printRemaining(_ reader: inout WireReader, into text: inout [UInt8]) throws(WireError) {
        var isFirst = true
        while !reader.isAtEnd {
            if !isFirst { text.append(Octet.space) }
            isFirst = false
            try print(&reader, into: &text)
        }
    }

    private static func print(_ reader: inout WireReader, into text: inout [UInt8]) throws(WireError) {
        let family = try reader.readUInt16()
        let length = try reader.readUInt8()
        let flagAndCount = try reader.readUInt8()
        var address = try reader.readOctets(Int(flagAndCount & 0x7F))
        guard family == 1 || family == 2, address.last != 0 else { throw .badPrefix }
        let width = family == 1 ? 4 : 16
        guard address.count <= width, Int(length) <= width * 8 else { throw .badPrefix }
        address.append(contentsOf: repeatElement(0, count: width - address.count))
        if flagAndCount & 0x80 != 0 { text.append(Octet.exclamation) }
        NumberText.print(UInt64(family), into: &text)
        text.append(Octet.colon)
        var whole = WireReader(address.span)
        if family == 1 {
            try IPv4Text.print(&whole, into: &text)
        } else {
            try IPv6Text.print(&whole, into: &text)
        }
        text.append(Octet.slash)
        NumberText.print(UInt64(length), into: &text)
    }
}
