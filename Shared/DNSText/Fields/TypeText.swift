// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Record types: a mnemonic or `TYPEnn` (RFC 3597 5).
enum TypeText {
    /// The type in the next token.
    static func parse(_ cursor: inout TextCursor) throws(TextError) -> RRType {
        let token = try cursor.next("a record type")
        guard let type = parse(token, in: cursor) else {
            throw TextError(offset: token.start, reason: .invalid("a record type"))
        }
        return type
    }

    /// The type that the token names, or nil.
    static func parse(_ token: TextToken, in cursor: borrowing TextCursor) -> RRType? {
        guard !token.isQuoted else { return nil }
        // The types of nearly all records are found without making a string.
        if let word = packed(token, cursor.bytes), let type = frequentType(word) { return type }
        return cursor.mnemonic(token).flatMap { RRType(mnemonic: $0) }
    }

    /// The layout by which RDATA of the type is printed; nil when it is printed in the form of RFC 3597.
    ///
    /// That goes also for obsolete types with a layout: some servers know the types' mnemonics no more.
    static func printedLayout(of type: RRType) -> RDataLayout? {
        switch type {
        case .md, .mf, .mb, .mg, .mr, .px: nil
        default: RDataLayout.of(type)
        }
    }

    /// Appends the mnemonic, or `TYPEnn` for a type whose RDATA is printed in the form of RFC 3597: servers may not know
    /// the mnemonic.
    static func print(_ type: RRType, into text: inout [UInt8]) {
        if printedLayout(of: type) != nil, let mnemonic = type.mnemonic {
            text.append(contentsOf: mnemonic.utf8)
        } else {
            text.append(contentsOf: "TYPE".utf8)
            NumberText.print(UInt64(type.rawValue), into: &text)
        }
    }

    /// Up to eight octets as one number in lower case, the last one lowest.
    private static func packed(_ token: TextToken, _ bytes: Span<UInt8>) -> UInt64? {
        guard token.count <= 8 else { return nil }
        var word: UInt64 = 0
        for index in token.start..<token.end { word = word &<< 8 | UInt64(Octet.lowercase(bytes[index])) }
        return word
    }

    /// The type of a word that `packed` made.
    private static func frequentType(_ word: UInt64) -> RRType? {
        switch word {
        case 0x61: .a
        case 0x6E73: .ns
        case 0x6D78: .mx
        case 0x6473: .ds
        case 0x747874: .txt
        case 0x736F61: .soa
        case 0x737276: .srv
        case 0x707472: .ptr
        case 0x636161: .caa
        case 0x61616161: .aaaa
        case 0x6E736563: .nsec
        case 0x746C7361: .tlsa
        case 0x73766362: .svcb
        case 0x6874747073: .https
        case 0x636E616D65: .cname
        case 0x7272736967: .rrsig
        case 0x6E73656333: .nsec3
        case 0x646E736B6579: .dnskey
        default: nil
        }
    }
}
