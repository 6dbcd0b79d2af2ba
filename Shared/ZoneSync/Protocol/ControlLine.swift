// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A control line taken apart: verb, positional arguments, `key=value` fields, free text.
///
/// Grammar: tokens of 0x21–0x7E separated by single spaces. Tokens up to the first that holds a `=` are positional;
/// `key=value` tokens follow; from the first token after them that has no `=`, the rest of the line is text for people.
/// Unknown keys are ignored by the readers, and a key must not stand twice.
package struct ControlLine: Sendable {
    /// The first token.
    package let verb: Substring
    /// The positional tokens.
    package let arguments: [Substring]
    /// The free text at the end; empty when there is none.
    package let text: Substring
    // A line has a handful of fields: looking through them costs less than hashing.
    private let fields: [(key: Substring, value: Substring)]

    /// Takes a line without its LF apart.
    package init(_ line: [UInt8]) throws(ProtocolError) {
        guard line.count <= ProtocolLimits.controlLine else {
            throw ProtocolError(.tooLong, "a control line has more than \(ProtocolLimits.controlLine) octets")
        }
        guard line.allSatisfy({ 0x20...0x7E ~= $0 }) else {
            throw ProtocolError(.syntax, "a control line holds an octet that is not printable ASCII")
        }
        let whole = String(decoding: line, as: UTF8.self)
        var tokens = whole.utf8.split(separator: 0x20, omittingEmptySubsequences: false)[...]
        guard let verb = tokens.popFirst().map({ Substring($0) }), !verb.isEmpty else {
            throw ProtocolError(.syntax, "a control line is empty or begins with a space")
        }
        var arguments: [Substring] = []
        var fields: [(key: Substring, value: Substring)] = []
        var text = whole[whole.endIndex...]
        for token in tokens {
            guard !token.isEmpty else { throw ProtocolError(.syntax, "\(verb): two spaces, or one at the end") }
            if let equals = token.firstIndex(of: 0x3D), equals > token.startIndex {
                let key = Substring(token[..<equals])
                guard !fields.contains(where: { $0.key == key }) else {
                    throw ProtocolError(.syntax, "\(verb): the key \(key) stands twice")
                }
                fields.append((key, Substring(token[token.index(after: equals)...])))
            } else if fields.isEmpty {
                arguments.append(Substring(token))
            } else {
                text = whole[token.startIndex...]
                break
            }
        }
        self.verb = verb
        self.arguments = arguments
        self.fields = fields
        self.text = text
    }

    /// The value of a key that must be there and not be empty.
    package func required(_ key: Substring) throws(ProtocolError) -> Substring {
        guard let value = optional(key), !value.isEmpty else {
            throw ProtocolError(.syntax, "\(verb): \(key)= is missing")
        }
        return value
    }

    /// The value of a key, or nil.
    package func optional(_ key: Substring) -> Substring? { fields.first { $0.key == key }?.value }

    /// The number that a key must have.
    package func number<Number: FixedWidthInteger>(_ key: Substring) throws(ProtocolError) -> Number {
        try Self.number(required(key), verb: verb, what: key)
    }

    /// The number that a key has, when it is there.
    package func optionalNumber<Number: FixedWidthInteger>(
        _ key: Substring,
        as type: Number.Type = Number.self
    ) throws(ProtocolError) -> Number? {
        guard let value = optional(key) else { return nil }
        return try Self.number(value, verb: verb, what: key)
    }

    /// The positional argument at `index`, which must be a number.
    package func argument<Number: FixedWidthInteger>(_ index: Int) throws(ProtocolError) -> Number {
        guard index < arguments.count else {
            throw ProtocolError(.syntax, "\(verb): argument \(index + 1) is missing")
        }
        return try Self.number(arguments[index], verb: verb, what: "argument \(index + 1)")
    }

    /// The numbers of a list that a key must have: decimal, separated by commas, at least one.
    package func numbers(_ key: Substring) throws(ProtocolError) -> [UInt64] {
        var numbers: [UInt64] = []
        for text in try required(key).split(separator: ",", omittingEmptySubsequences: false) {
            numbers.append(try Self.number(text, verb: verb, what: key))
        }
        return numbers
    }

    /// A decimal number: digits only (no sign), within the range of its type.
    private static func number<Number: FixedWidthInteger>(
        _ value: Substring,
        verb: Substring,
        what: Substring
    ) throws(ProtocolError) -> Number {
        guard value.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let number = Number(value) else {
            throw ProtocolError(.syntax, "\(verb): \(what) is not a number in range")
        }
        return number
    }
}
