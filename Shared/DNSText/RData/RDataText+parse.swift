// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

extension RDataText {
    /// The uncompressed RDATA that `text` writes for a record of `type`.
    ///
    /// Relative names are completed with `origin`; without one they are refused. The form `\# length hex` of RFC 3597
    /// is taken for every type. The result is valid for the type: it passes `RDataValidator`.
    package static func parse(
        type: RRType,
        text: some Collection<UInt8>,
        origin: Name? = nil
    ) throws(TextError) -> [UInt8] {
        let lexer = try TextTokenizer.tokens(of: Array(text))
        let originWire = origin?.wire ?? []
        var cursor = TextCursor(bytes: lexer.bytes.span, tokens: lexer.tokens.span, origin: originWire.span)
        var rdata: [UInt8] = []
        try parse(type: type, &cursor, into: &rdata)
        return rdata
    }

    /// The uncompressed RDATA that `text` writes for a record of `type`; its octets are those of its UTF-8 form.
    package static func parse(
        type: RRType,
        text: some StringProtocol,
        origin: Name? = nil
    ) throws(TextError) -> [UInt8] {
        try parse(type: type, text: text.utf8, origin: origin)
    }

    /// Appends the RDATA that all tokens up to the last one write; `rdata` must be empty.
    static func parse(type: RRType, _ cursor: inout TextCursor, into rdata: inout [UInt8]) throws(TextError) {
        let start = cursor.peek?.start ?? cursor.endOffset
        if let token = cursor.peek, UnknownDataText.isMarker(token, in: cursor.bytes) {
            cursor.index &+= 1
            try UnknownDataText.parseRemaining(&cursor, into: &rdata)
            try validate(type: type, rdata, offset: start)
            return
        }
        switch type {
        case .a: try IPv4Text.parse(&cursor, into: &rdata)
        case .aaaa: try IPv6Text.parse(&cursor, into: &rdata)
        case .ns, .cname, .ptr: try NameText.parse(&cursor, into: &rdata)
        case .txt: try CharacterStringText.parseAll(&cursor, into: &rdata)
        default:
            guard let layout = RDataLayout.of(type) else {
                guard cursor.isAtEnd else {
                    throw TextError(offset: start, reason: .invalid("data of an unknown type as \\# length hex"))
                }
                throw TextError(offset: start, reason: .missing("data as \\# length hex"))
            }
            for field in layout.fields { try parse(field, &cursor, into: &rdata) }
            guard rdata.count <= maximumLength else { throw TextError(offset: start, reason: .dataTooLong) }
            // A text can be well formed and yet break a rule of its type, as a digest of the wrong length does.
            try validate(type: type, rdata, offset: start)
        }
        try cursor.requireEnd()
    }

    private static func validate(type: RRType, _ rdata: [UInt8], offset: Int) throws(TextError) {
        do {
            try RDataValidator.validate(type, rdata)
        } catch {
            throw TextError(offset: offset, reason: .invalidData(error))
        }
    }

    /// Appends one field.
    private static func parse(
        _ field: RDataField,
        _ cursor: inout TextCursor,
        into rdata: inout [UInt8]
    ) throws(TextError) {
        switch field {
        case .uint8:
            rdata.append(UInt8(truncatingIfNeeded: try NumberText.parse(&cursor, "a number", maximum: 0xFF)))
        case .uint16:
            let number = try NumberText.parse(&cursor, "a number", maximum: 0xFFFF)
            rdata.appendInteger(UInt16(truncatingIfNeeded: number))
        case .uint32:
            let number = try NumberText.parse(&cursor, "a number", maximum: 0xFFFF_FFFF)
            rdata.appendInteger(UInt32(truncatingIfNeeded: number))
        case .ttl: rdata.appendInteger(try TTLText.parse(&cursor, maximum: .max))
        case .rrType: rdata.appendInteger(try TypeText.parse(&cursor).rawValue)
        case .algorithm: try AlgorithmText.parse(&cursor, into: &rdata)
        case .certType: try CertificateTypeText.parse(&cursor, into: &rdata)
        case .timestamp: try TimestampText.parse(&cursor, into: &rdata)
        case .name: try NameText.parse(&cursor, into: &rdata)
        case .ipv4: try IPv4Text.parse(&cursor, into: &rdata)
        case .ipv6: try IPv6Text.parse(&cursor, into: &rdata)
        case .string: try CharacterStringText.parse(&cursor, into: &rdata)
        case .strings: try CharacterStringText.parseAll(&cursor, into: &rdata)
        case .longString: try CharacterStringText.parseLong(&cursor, into: &rdata)
        case .tag: try TagText.parse(&cursor, into: &rdata)
        case .hex: try HexText.parseRemaining(&cursor, into: &rdata)
        case .hexLength8: try HexText.parseWithLength(&cursor, into: &rdata)
        case .base32Length8: try Base32HexText.parseWithLength(&cursor, into: &rdata)
        case .base64: try Base64Text.parseRemaining(&cursor, into: &rdata)
        case .typeBitmap: try TypeBitmapText.parseRemaining(&cursor, into: &rdata)
        case .svcParams: try ServiceParameterText.parseRemaining(&cursor, into: &rdata)
        case .apl: try PrefixText.parseRemaining(&cursor, into: &rdata)
        case .loc: try LocationText.parse(&cursor, into: &rdata)
        case .eui48: try EUIText.parse(&cursor, count: 6, into: &rdata)
        case .eui64: try EUIText.parse(&cursor, count: 8, into: &rdata)
        }
    }
}
