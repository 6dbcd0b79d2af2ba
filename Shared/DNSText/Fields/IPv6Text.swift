// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// IPv6 addresses: read as RFC 4291 2.2 has them, printed as RFC 5952 recommends.
enum IPv6Text {
    /// Appends the sixteen octets of the address in the next token.
    static func parse(_ cursor: inout TextCursor, into wire: inout [UInt8]) throws(TextError) {
        let token = try cursor.next("an IPv6 address")
        guard let address = parse(cursor.bytes, from: token.start, to: token.end) else {
            throw TextError(offset: token.start, reason: .invalid("an IPv6 address"))
        }
        for index in 0..<8 { wire.appendInteger(address[index]) }
    }

    /// The eight groups of the address that the octets write, or nil.
    static func parse(_ bytes: Span<UInt8>, from start: Int, to end: Int) -> InlineArray<8, UInt16>? {
        var groups = InlineArray<8, UInt16>(repeating: 0)
        var count = 0
        /// The number of groups in front of `::`.
        var gap: Int?
        var index = start
        if index &+ 1 < end, bytes[index] == Octet.colon {
            guard bytes[index &+ 1] == Octet.colon else { return nil }
            gap = 0
            index &+= 2
        }
        while index < end {
            guard count < 8 else { return nil }
            let groupStart = index
            var value: UInt16 = 0
            while index < end, let digit = Octet.hexDigit(bytes[index]) {
                guard index &- groupStart < 4 else { return nil }
                value = value &<< 4 | UInt16(digit)
                index &+= 1
            }
            if index < end, bytes[index] == Octet.dot {
                // The last 32 bits may be written as an IPv4 address.
                guard count <= 6, let last = IPv4Text.parse(bytes, from: groupStart, to: end) else { return nil }
                groups[count] = UInt16(truncatingIfNeeded: last &>> 16)
                groups[count &+ 1] = UInt16(truncatingIfNeeded: last)
                count &+= 2
                break
            }
            guard index > groupStart else { return nil }
            groups[count] = value
            count &+= 1
            guard index < end else { break }
            guard bytes[index] == Octet.colon, index &+ 1 < end else { return nil }
            index &+= 1
            if bytes[index] == Octet.colon {
                guard gap == nil else { return nil }
                gap = count
                index &+= 1
            }
        }
        guard let gap else { return count == 8 ? groups : nil }
        guard count < 8 else { return nil }
        var expanded = InlineArray<8, UInt16>(repeating: 0)
        for group in 0..<gap { expanded[group] = groups[group] }
        for group in gap..<count { expanded[8 &- count &+ group] = groups[group] }
        return expanded
    }

    /// Appends the address that the reader stands at.
    static func print(_ reader: inout WireReader, into text: inout [UInt8]) throws(WireError) {
        var groups = InlineArray<8, UInt16>(repeating: 0)
        for index in 0..<8 { groups[index] = try reader.readUInt16() }
        print(groups, into: &text)
    }

    /// Appends an address; one that maps an IPv4 address ends in that (RFC 5952 5).
    static func print(_ groups: InlineArray<8, UInt16>, into text: inout [UInt8]) {
        if isMappedIPv4(groups) {
            text.append(contentsOf: "::ffff:".utf8)
            IPv4Text.print(UInt32(groups[6]) &<< 16 | UInt32(groups[7]), into: &text)
            return
        }
        let zeros = longestRunOfZeros(groups)
        var index = 0
        while index < 8 {
            if index == zeros.lowerBound, !zeros.isEmpty {
                text.append(Octet.colon)
                text.append(Octet.colon)
                index = zeros.upperBound
                continue
            }
            if index > 0, index != zeros.upperBound || zeros.isEmpty { text.append(Octet.colon) }
            HexText.printShort(groups[index], into: &text)
            index &+= 1
        }
    }

    private static func isMappedIPv4(_ groups: InlineArray<8, UInt16>) -> Bool {
        for index in 0..<5 where groups[index] != 0 { return false }
        return groups[5] == 0xFFFF
    }

    /// The first of the longest runs of two or more zero groups; empty when there is none.
    private static func longestRunOfZeros(_ groups: InlineArray<8, UInt16>) -> Range<Int> {
        var best = 0..<0
        var index = 0
        while index < 8 {
            var end = index
            while end < 8, groups[end] == 0 { end &+= 1 }
            if end &- index > max(1, best.count) { best = index..<end }
            index = end &+ 1
        }
        return best
    }
}
