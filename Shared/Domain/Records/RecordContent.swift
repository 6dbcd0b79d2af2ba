// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
package import DNSWire

/// A record's data in the API's normal form, with its RDATA.
///
/// CNAME, NS, MX and DNAME targets come without the final dot; PTR and SRV targets as sent; text as sent; CAA with its
/// value in quotes; all else as sent with single blanks. MX and SRV have their first field in `priority`.
package struct RecordContent: Hashable, Sendable {
    package let content: String
    package let priority: Int32?
    /// Uncompressed, in canonical form (RFC 4034 6.2): equal for equal data.
    package let rdata: [UInt8]

    /// The normal form of what a client sent.
    ///
    /// - Throws: `ValidationErrors` for `content` and `priority`.
    package init(
        type: RRType,
        content: String,
        priority: Int64?,
        zone: ZoneName,
        maximumLength: Int
    ) throws(ValidationErrors) {
        guard content.utf8.contains(where: { !Self.isSpace($0) }) else {
            throw ValidationErrors("content", "can't be blank")
        }
        guard content.utf8.count <= maximumLength else {
            throw ValidationErrors("content", "is too long (maximum is \(maximumLength) characters)")
        }
        // Text may have blanks, and URLs semicolons and parentheses.
        var fields = RecordTypePolicy.isText(type) || type == .url ? [content] : try Self.fields(of: content)
        let priority = try Self.priority(type: type, sent: priority, fields: &fields)
        if RecordTypePolicy.hasHostTarget(type) {
            try Self.normalizeTarget(of: &fields, type: type, zone: zone)
        }
        let text = fields.joined(separator: " ")
        let rdata: [UInt8]
        do {
            rdata = try RecordRData.wire(type: type, content: text, priority: priority, zone: zone.name)
        } catch {
            throw ValidationErrors("content", Self.message(type, error))
        }
        self.rdata = RDataCanonical.canonical(type.dataType, rdata)
        if type == .caa || text.hasPrefix("\\#") && RDataLayout.of(type) != nil {
            (self.content, self.priority) = Self.text(type: type, rdata: rdata)
        } else {
            (self.content, self.priority) = (text, priority)
        }
    }

    /// The normal form of RDATA from a zone file or transfer.
    package init(type: RRType, rdata: [UInt8]) {
        (self.content, self.priority) = Self.text(type: type, rdata: rdata)
        self.rdata = RDataCanonical.canonical(type, rdata)
    }

    /// The content and priority that stand for valid RDATA.
    package static func text(type: RRType, rdata: [UInt8]) -> (content: String, priority: Int32?) {
        let text = RDataText.print(type: type, rdata: rdata)
        switch type {
        case .cname, .ns, .dname:
            return (withoutFinalDot(text), nil)
        case .mx, .srv:
            let parts = text.split(separator: " ", maxSplits: 1)
            guard parts.count == 2, let priority = Int32(parts[0]) else {
                return (text, nil)
            }
            return (type == .mx ? withoutFinalDot(parts[1]) : String(parts[1]), priority)
        case .soa:
            let fields = text.split(separator: " ")
            let names = fields.prefix(2).map(withoutFinalDot)
            return ((names + fields.dropFirst(2).map(String.init)).joined(separator: " "), nil)
        default:
            return (text, nil)
        }
    }

    private static func message(_ type: RRType, _ error: TextError) -> String {
        switch type {
        case .txt, .spf: "must be wrapped between double-quotes"
        case .a: "is not an IPv4 address"
        case .aaaa: "is not an IPv6 address"
        case .url: "is not a valid URL"
        default: "is not valid \(type.apiName) data: \(error.reason)"
        }
    }

    /// The priority of MX and SRV: as sent, or the first field of content that has one too many, or 0.
    private static func priority(
        type: RRType,
        sent: Int64?,
        fields: inout [String]
    ) throws(ValidationErrors) -> Int32? {
        guard RecordTypePolicy.hasPriority(type) else {
            // Clients that know SVCB and HTTPS by a priority of their own leave it out of the content (RFC 9460 2.1).
            if type == .svcb || type == .https, let sent, (0...65_535).contains(sent), fields.first != "\\#",
                fields.first.flatMap({ UInt16($0) }) == nil
            {
                fields.insert(String(sent), at: 0)
            }
            return nil
        }
        var priority = sent
        if sent == nil, fields.count == (type == .mx ? 2 : 4), let first = fields.first.flatMap({ Int64($0) }) {
            priority = first
            fields.removeFirst()
        }
        guard (0...65_535).contains(priority ?? 0) else {
            throw ValidationErrors("priority", "must be between 0 and 65535")
        }
        return Int32(priority ?? 0)
    }

    private static func normalizeTarget(
        of fields: inout [String],
        type: RRType,
        zone: ZoneName
    ) throws(ValidationErrors) {
        guard let last = fields.popLast() else {
            return
        }
        let target = last == "@" ? zone.text : last
        // An escape says that the odd character is meant (RFC 6763 4.3); `\\# …` is data of any kind (RFC 3597).
        guard target == "." || target.contains("\\") || fields.first == "\\#" || isHost(target) else {
            throw ValidationErrors("content", "is not a valid host name")
        }
        fields.append(RecordTypePolicy.showsTargetWithoutDot(type) ? withoutFinalDot(target) : target)
    }

    /// A name that a host, a service or a mailbox can have: no address, no URL.
    private static func isHost(_ text: String) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let named = labels.last == "" ? labels.dropLast() : labels[...]
        guard let last = named.last, !last.utf8.allSatisfy(RecordName.isDigit) else {
            return false
        }
        return named.allSatisfy { label in
            (1...63).contains(label.utf8.count)
                && label.utf8.allSatisfy { RecordName.isOwnerOctet($0) || $0 == UInt8(ascii: "*") }
        }
    }

    /// The text without its final dot; the root stays `.`.
    private static func withoutFinalDot(_ text: some StringProtocol) -> String {
        text.utf8.count > 1 && text.hasSuffix(".") ? String(text.dropLast()) : String(text)
    }

    /// The fields of content, split at blanks outside of quotes.
    ///
    /// Line ends, comments and parentheses are of zone files, not of one record's content.
    private static func fields(of content: String) throws(ValidationErrors) -> [String] {
        var fields: [[UInt8]] = []
        var field: [UInt8] = []
        var isQuoted = false
        var isEscaped = false
        for byte in content.utf8 {
            if byte < 0x20 && byte != 0x09 || byte == 0x7F {
                throw ValidationErrors("content", "has control characters")
            }
            if !isQuoted, !isEscaped, isSpace(byte) {
                if !field.isEmpty {
                    fields.append(field)
                    field = []
                }
                continue
            }
            if !isQuoted, !isEscaped, [UInt8(ascii: ";"), UInt8(ascii: "("), UInt8(ascii: ")")].contains(byte) {
                throw ValidationErrors("content", "may not have comments or parentheses")
            }
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            }
            field.append(byte)
        }
        if !field.isEmpty {
            fields.append(field)
        }
        return fields.map { String(decoding: $0, as: UTF8.self) }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09
    }
}
