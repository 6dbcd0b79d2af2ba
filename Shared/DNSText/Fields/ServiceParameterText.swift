// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Service parameters of SVCB and HTTPS records (RFC 9460 2.1): `key` or `key=value` in any order.
enum ServiceParameterText {
    /// Appends the parameters of all tokens that are left, in the order of their keys.
    static func parseRemaining(_ cursor: inout TextCursor, into wire: inout [UInt8]) throws(TextError) {
        var parameters: [(key: ServiceKey, value: [UInt8])] = []
        while !cursor.isAtEnd {
            let token = try cursor.next("a service parameter")
            guard !token.isQuoted else { throw invalid(token) }
            let (name, value) = try split(token, &cursor)
            guard let key = ServiceKey(name) else { throw invalid(token) }
            guard !parameters.contains(where: { $0.key == key }) else {
                throw TextError(offset: token.start, reason: .invalidData(.badServiceParameter))
            }
            guard let encoded = ServiceValueText.parse(value, of: key) else {
                throw TextError(
                    offset: token.start,
                    reason: .invalid("a valid value of \(String(decoding: name, as: UTF8.self))")
                )
            }
            parameters.append((key, encoded))
        }
        guard isConsistent(parameters) else {
            throw TextError(offset: cursor.endOffset, reason: .invalidData(.badServiceParameter))
        }
        for (key, value) in parameters.sorted(by: { $0.key < $1.key }) {
            guard let length = UInt16(exactly: value.count) else {
                throw TextError(offset: cursor.endOffset, reason: .dataTooLong)
            }
            wire.appendInteger(key.rawValue)
            wire.appendInteger(length)
            wire.append(contentsOf: value)
        }
    }

    /// Whether all mandatory keys are there (RFC 9460 8), and `alpn` where its default is ruled out (7.1.1).
    private static func isConsistent(_ parameters: [(key: ServiceKey, value: [UInt8])]) -> Bool {
        let keys = Set(parameters.map(\.key))
        guard !keys.contains(.noDefaultALPN) || keys.contains(.alpn) else { return false }
        let mandatory = parameters.first { $0.key == .mandatory }?.value ?? []
        return stride(from: 0, to: mandatory.count - 1, by: 2).allSatisfy { index in
            keys.contains(ServiceKey(rawValue: UInt16(mandatory[index]) << 8 | UInt16(mandatory[index + 1])))
        }
    }

    /// The key's name and, decoded as a character-string, the value: nil when there is no equals sign.
    private static func split(
        _ token: TextToken,
        _ cursor: inout TextCursor
    ) throws(TextError) -> (name: ArraySlice<UInt8>, value: [UInt8]?) {
        var name: [UInt8] = []
        var index = token.start
        while index < token.end, cursor.bytes[index] != Octet.equals {
            name.append(cursor.bytes[index])
            index &+= 1
        }
        guard index < token.end else { return (name[...], nil) }
        var rest = token
        rest.start = index &+ 1
        if rest.start == rest.end, let quoted = cursor.peek, quoted.isQuoted, quoted.isAdjacent {
            rest = quoted
            cursor.index &+= 1
        }
        var value: [UInt8] = []
        try CharacterStringText.appendContent(rest, in: cursor.bytes, into: &value)
        return (name[...], value)
    }

    private static func invalid(_ token: TextToken) -> TextError {
        TextError(offset: token.start, reason: .invalid("a service parameter"))
    }

    /// Appends all parameters up to the end, each with a space in front.
    static func printRemaining(_ reader: inout WireReader, into text: inout [UInt8]) throws(WireError) {
        var parameters: [(key: ServiceKey, value: [UInt8])] = []
        while !reader.isAtEnd {
            let key = ServiceKey(rawValue: try reader.readUInt16())
            guard key.rawValue < .max, parameters.last.map({ $0.key < key }) ?? true else {
                throw .badServiceParameter
            }
            parameters.append((key, try reader.readOctets(Int(try reader.readUInt16()))))
        }
        guard isConsistent(parameters) else { throw .badServiceParameter }
        for (key, value) in parameters {
            text.append(Octet.space)
            key.print(into: &text)
            try ServiceValueText.print(value, of: key, into: &text)
        }
    }
}
