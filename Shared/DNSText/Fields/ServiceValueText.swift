// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// The values of service parameters (RFC 9460 7 and 8, RFC 9461 5), each key's in its own form.
enum ServiceValueText {
    /// The wire form of a value whose escapes are decoded once; nil when the key does not allow it.
    static func parse(_ value: [UInt8]?, of key: ServiceKey) -> [UInt8]? {
        switch key {
        case .noDefaultALPN: value == nil ? [] : nil
        case .mandatory: value.flatMap(parseKeys)
        case .alpn: value.flatMap(parseProtocols)
        case .port: value.flatMap(parsePort)
        case .ipv4hint: value.flatMap(parseAddresses4)
        case .ipv6hint: value.flatMap(parseAddresses6)
        case .ech: value.flatMap(Base64Text.decode)
        case .dohpath: value.flatMap { $0.isEmpty ? nil : $0 }
        default: value ?? []
        }
    }

    private static func parseKeys(_ value: [UInt8]) -> [UInt8]? {
        var keys: Set<ServiceKey> = []
        for item in value.split(separator: Octet.comma, omittingEmptySubsequences: false) {
            guard let key = ServiceKey(item), key != .mandatory, keys.insert(key).inserted else { return nil }
        }
        var wire: [UInt8] = []
        for key in keys.sorted() { wire.appendInteger(key.rawValue) }
        return wire
    }

    /// Comma-separated protocol names; `\,` and `\\` stand for a comma and a backslash (RFC 9460 A.1).
    private static func parseProtocols(_ value: [UInt8]) -> [UInt8]? {
        var wire: [UInt8] = [0]
        var lengthIndex = 0
        var index = 0
        while index <= value.count {
            guard index < value.count, value[index] != Octet.comma else {
                guard let length = UInt8(exactly: wire.count - lengthIndex - 1), length > 0 else { return nil }
                wire[lengthIndex] = length
                if index < value.count {
                    lengthIndex = wire.count
                    wire.append(0)
                }
                index += 1
                continue
            }
            if value[index] == Octet.backslash {
                index += 1
                guard index < value.count, value[index] == Octet.comma || value[index] == Octet.backslash else {
                    return nil
                }
            }
            wire.append(value[index])
            index += 1
        }
        return wire
    }

    private static func parsePort(_ value: [UInt8]) -> [UInt8]? {
        guard let port = try? NumberText.parse(value.span, from: 0, to: value.count, "a port", maximum: 65_535)
        else { return nil }
        var wire: [UInt8] = []
        wire.appendInteger(UInt16(truncatingIfNeeded: port))
        return wire
    }

    private static func parseAddresses4(_ value: [UInt8]) -> [UInt8]? {
        var wire: [UInt8] = []
        for item in value.split(separator: Octet.comma, omittingEmptySubsequences: false) {
            guard let address = IPv4Text.parse(value.span, from: item.startIndex, to: item.endIndex) else {
                return nil
            }
            wire.appendInteger(address)
        }
        return wire
    }

    private static func parseAddresses6(_ value: [UInt8]) -> [UInt8]? {
        var wire: [UInt8] = []
        for item in value.split(separator: Octet.comma, omittingEmptySubsequences: false) {
            guard let groups = IPv6Text.parse(value.span, from: item.startIndex, to: item.endIndex) else {
                return nil
            }
            for index in 0..<8 { wire.appendInteger(groups[index]) }
        }
        return wire
    }

    /// Appends an equals sign and the value as text, or nothing for a key without a value.
    static func print(_ value: [UInt8], of key: ServiceKey, into text: inout [UInt8]) throws(WireError) {
        var reader = WireReader(value.span)
        switch key {
        case .noDefaultALPN:
            guard value.isEmpty else { throw .badServiceParameter }
            return
        case .mandatory, .alpn, .port, .ipv4hint, .ech, .ipv6hint, .dohpath:
            guard !value.isEmpty else { throw .badServiceParameter }
        default:
            if value.isEmpty { return }
        }
        text.append(Octet.equals)
        switch key {
        case .mandatory:
            try printList(&reader, into: &text) { reader, text throws(WireError) in
                ServiceKey(rawValue: try reader.readUInt16()).print(into: &text)
            }
        case .alpn:
            text.append(Octet.quote)
            try printList(&reader, into: &text) { reader, text throws(WireError) in
                try printProtocol(&reader, into: &text)
            }
            text.append(Octet.quote)
        case .port:
            NumberText.print(UInt64(try reader.readUInt16()), into: &text)
        case .ipv4hint:
            try printList(&reader, into: &text) { reader, text throws(WireError) in
                try IPv4Text.print(&reader, into: &text)
            }
        case .ipv6hint:
            try printList(&reader, into: &text) { reader, text throws(WireError) in
                try IPv6Text.print(&reader, into: &text)
            }
        case .ech:
            try Base64Text.printRemaining(&reader, into: &text)
        default:
            try CharacterStringText.print(&reader, count: value.count, into: &text)
        }
        guard reader.isAtEnd else { throw .badServiceParameter }
    }

    private static func printList(
        _ reader: inout WireReader,
        into text: inout [UInt8],
        item: (inout WireReader, inout [UInt8]) throws(WireError) -> Void
    ) throws(WireError) {
        try item(&reader, &text)
        while !reader.isAtEnd {
            text.append(Octet.comma)
            try item(&reader, &text)
        }
    }

    /// Appends one protocol name, escaped once for the list and once more for the character-string around it.
    private static func printProtocol(_ reader: inout WireReader, into text: inout [UInt8]) throws(WireError) {
        let name = try reader.readString()
        guard !name.isEmpty else { throw .badServiceParameter }
        for octet in name {
            if octet == Octet.comma || octet == Octet.backslash {
                CharacterStringText.append(Octet.backslash, to: &text)
            }
            CharacterStringText.append(octet, to: &text)
        }
    }
}
