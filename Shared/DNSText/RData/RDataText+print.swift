// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

extension RDataText {
    /// The presentation form of `rdata`, on one line and with absolute names.
    ///
    /// The form is the same for the same octets, and servers read it back to those octets. RDATA of a type without a
    /// layout or of an obsolete one, or that does not fit its type's layout, comes out as `\# length hex` (RFC 3597 5).
    package static func print(type: RRType, rdata: [UInt8]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(rdata.count &* 2 &+ 16)
        print(type: type, rdata: rdata, into: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the presentation form of `rdata`.
    package static func print(type: RRType, rdata: [UInt8], into text: inout [UInt8]) {
        print(type: type, rdata: rdata.span, into: &text)
    }

    /// Appends the presentation form of `rdata`.
    package static func print(type: RRType, rdata: Span<UInt8>, into text: inout [UInt8]) {
        let start = text.count
        guard let layout = TypeText.printedLayout(of: type), !rdata.isEmpty || layout.fields == [.apl] else {
            UnknownDataText.print(rdata, into: &text)
            return
        }
        do {
            try print(layout, rdata, into: &text)
        } catch {
            text.removeSubrange(start...)
            UnknownDataText.print(rdata, into: &text)
        }
    }

    private static func print(
        _ layout: RDataLayout,
        _ rdata: Span<UInt8>,
        into text: inout [UInt8]
    ) throws(WireError) {
        var reader = WireReader(rdata)
        var isFirst = true
        for field in layout.fields {
            // These put a space in front of each of their parts, of which there may be none.
            if !isFirst, field != .typeBitmap, field != .svcParams { text.append(Octet.space) }
            isFirst = false
            try print(field, &reader, into: &text)
        }
        guard reader.isAtEnd else { throw .trailingOctets }
    }

    /// Appends one field.
    private static func print(
        _ field: RDataField,
        _ reader: inout WireReader,
        into text: inout [UInt8]
    ) throws(WireError) {
        switch field {
        case .uint8, .algorithm: NumberText.print(UInt64(try reader.readUInt8()), into: &text)
        case .uint16, .certType: NumberText.print(UInt64(try reader.readUInt16()), into: &text)
        case .uint32, .ttl: NumberText.print(UInt64(try reader.readUInt32()), into: &text)
        case .rrType: TypeText.print(RRType(rawValue: try reader.readUInt16()), into: &text)
        case .timestamp: try TimestampText.print(&reader, into: &text)
        case .name: try NameText.print(&reader, into: &text)
        case .ipv4: try IPv4Text.print(&reader, into: &text)
        case .ipv6: try IPv6Text.print(&reader, into: &text)
        case .string: try CharacterStringText.print(&reader, into: &text)
        case .strings: try CharacterStringText.printAll(&reader, into: &text)
        case .longString: try CharacterStringText.print(&reader, count: reader.remaining, into: &text)
        case .tag: try TagText.print(&reader, into: &text)
        case .hex: try HexText.printRemaining(&reader, into: &text)
        case .hexLength8: try HexText.printWithLength(&reader, into: &text)
        case .base32Length8: try Base32HexText.printWithLength(&reader, into: &text)
        case .base64: try Base64Text.printRemaining(&reader, into: &text)
        case .typeBitmap: try TypeBitmapText.printRemaining(&reader, into: &text)
        case .svcParams: try ServiceParameterText.printRemaining(&reader, into: &text)
        case .apl: try PrefixText.printRemaining(&reader, into: &text)
        case .loc: try LocationText.print(&reader, into: &text)
        case .eui48: try EUIText.print(&reader, count: 6, into: &text)
        case .eui64: try EUIText.print(&reader, count: 8, into: &text)
        }
    }
}
