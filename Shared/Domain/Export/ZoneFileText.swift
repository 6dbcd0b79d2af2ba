// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

/// A zone as a master file (RFC 1035 section 5): `$ORIGIN`, `$TTL`, then one record a line in the order of the calls.
///
/// Owners are relative to the origin; every record has its TTL, class and absolute names, so that any server loads it.
package struct ZoneFileText: Sendable {
    private static let defaultTTL: Int32 = 3_600

    private let zone: Name
    private var bytes: [UInt8] = []

    /// An empty file of a zone.
    ///
    /// - Parameter isPresigned: whether a comment should say how to import the file again.
    /// - Throws: `TextError` when `zone` is no domain name.
    package init(zone text: String, isPresigned: Bool = false) throws {
        zone = try Name(text: text, origin: .root)
        if isPresigned {
            bytes += Array("; signed elsewhere: zonewright zone import --presigned\n".utf8)
        }
        bytes += Array("$ORIGIN \(zone.text)\n$TTL 1h\n".utf8)
    }

    /// Adds a record.
    ///
    /// - Throws: `TextError` when its content is none of its type.
    package mutating func append(_ record: ZoneRecord) throws {
        guard let type = RRType(apiName: record.type) else {
            throw TextError(offset: 0, reason: .invalid("a record type"))
        }
        guard !type.isPlatformMade else {
            appendComment(record, type)
            return
        }
        let rdata = try RecordRData.wire(type: type, content: record.content, priority: record.priority, zone: zone)
        bytes += Array((record.name.isEmpty ? "@" : record.name).utf8)
        bytes += Array((record.ttl == Self.defaultTTL ? " " : " \(record.ttl) ").utf8)
        bytes += Array("IN \(type) ".utf8)
        RDataText.print(type: type, rdata: rdata, into: &bytes)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// A comment for a record that other servers do not know.
    private mutating func appendComment(_ record: ZoneRecord, _ type: RRType) {
        let owner = record.name.isEmpty ? "@" : record.name
        let content = type == .url || record.content.hasSuffix(".") ? record.content : record.content + "."
        let ttl = record.ttl == Self.defaultTTL ? "" : "\(record.ttl) "
        bytes += Array("; \(owner) \(ttl)IN \(type.apiName) \(content)\n".utf8)
    }

    /// The file.
    package var text: String {
        String(decoding: bytes, as: UTF8.self)
    }
}
