// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// What stands between the owner and the RDATA of a record (RFC 1035 5.1): `[TTL] [class] type` or `[class] [TTL] type`.
struct RecordHeader {
    /// The longest time that RFC 2181 8 allows.
    static let maximumTTL: UInt32 = 0x7FFF_FFFF

    var ttl: UInt32?
    var rrclass: RRClass
    var type: RRType

    /// Takes TTL, class and type. The type must be one that a zone can hold.
    static func parse(_ cursor: inout TextCursor) throws(TextError) -> RecordHeader {
        var ttl: UInt32?
        var rrclass: RRClass?
        while true {
            let token = try cursor.next("a record type")
            if token.count > 0, Octet.digit(cursor.bytes[token.start]) != nil {
                guard ttl == nil else { throw TextError(offset: token.start, reason: .invalid("a record type")) }
                ttl = try TTLText.parse(token, in: cursor.bytes, maximum: maximumTTL)
            } else if rrclass == nil, let parsed = parseClass(token, in: cursor) {
                rrclass = parsed
            } else {
                guard let type = TypeText.parse(token, in: cursor) else {
                    throw TextError(offset: token.start, reason: .invalid("a record type"))
                }
                guard !type.isMeta else { throw TextError(offset: token.start, reason: .metaType("\(type)")) }
                return RecordHeader(ttl: ttl, rrclass: rrclass ?? .internet, type: type)
            }
        }
    }

    private static func parseClass(_ token: TextToken, in cursor: borrowing TextCursor) -> RRClass? {
        if cursor.matches(token, "in") { return .internet }
        if cursor.matches(token, "ch") { return .chaos }
        if cursor.matches(token, "hs") { return .hesiod }
        guard token.count > 5, token.count <= 10, !token.isQuoted, Octet.lowercase(cursor.bytes[token.start]) == 0x63
        else { return nil }
        return cursor.mnemonic(token).flatMap { RRClass(mnemonic: $0) }
    }
}
