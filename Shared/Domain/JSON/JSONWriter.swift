// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Writes compact JSON with members in the order in which they are given.
///
/// Clients parse answers with regular expressions that depend on both, so that no general encoder will do.
/// Names and values are escaped as RFC 8259 demands; text is written as UTF-8.
package struct JSONWriter: Sendable {
    /// The JSON text so far.
    package private(set) var bytes: [UInt8] = []
    /// Whether the next member or element follows another one.
    private var needsComma = false

    package init(reservingCapacity capacity: Int = 512) {
        bytes.reserveCapacity(capacity)
    }

    /// The JSON text so far as a string.
    package var text: String {
        String(decoding: bytes, as: UTF8.self)
    }

    /// The JSON text of one value.
    package static func bytes(of value: some JSONWritable) -> [UInt8] {
        var writer = JSONWriter()
        writer.value(value)
        return writer.bytes
    }

    /// The JSON text of one value as a string.
    package static func text(of value: some JSONWritable) -> String {
        String(decoding: bytes(of: value), as: UTF8.self)
    }

    /// An object whose members `body` writes.
    package mutating func object<Failure: Error>(
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        begin(0x7B)
        try body(&self)
        end(0x7D)
    }

    /// An array whose elements `body` writes.
    package mutating func array<Failure: Error>(_ body: (inout JSONWriter) throws(Failure) -> Void) throws(Failure) {
        begin(0x5B)
        try body(&self)
        end(0x5D)
    }

    /// The name of the member whose value is written next.
    package mutating func key(_ name: String) {
        separate()
        appendString(name)
        bytes.append(0x3A)
        needsComma = false
    }

    /// A value: an element of an array, the value after a `key`, or the whole text.
    package mutating func value(_ value: some JSONWritable) {
        value.write(to: &self)
    }

    /// A member with a value.
    package mutating func member(_ name: String, _ value: some JSONWritable) {
        key(name)
        value.write(to: &self)
    }

    /// A member whose value is an object.
    package mutating func object<Failure: Error>(
        _ name: String,
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        key(name)
        try object(body)
    }

    /// A member whose value is an array.
    package mutating func array<Failure: Error>(
        _ name: String,
        _ body: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        key(name)
        try array(body)
    }

    /// A value that is already JSON text; the caller vouches for it.
    package mutating func rawValue(_ json: some Sequence<UInt8>) {
        separate()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    mutating func string(_ text: String) {
        separate()
        appendString(text)
        needsComma = true
    }

    private mutating func begin(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func end(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma {
            bytes.append(0x2C)
        }
    }

    private mutating func appendString(_ text: String) {
        bytes.append(0x22)
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C }) {
            bytes.append(contentsOf: text.utf8)
        } else {
            appendEscaped(text)
        }
        bytes.append(0x22)
    }

    private mutating func appendEscaped(_ text: String) {
        let text = Array(text.utf8)
        // What needs no escape goes in one piece: a webhook's body is a long string in its job's arguments.
        var start = 0
        for index in text.indices where text[index] < 0x20 || text[index] == 0x22 || text[index] == 0x5C {
            bytes.append(contentsOf: text[start..<index])
            if text[index] < 0x20 {
                appendControl(text[index])
            } else {
                bytes.append(0x5C)
                bytes.append(text[index])
            }
            start = index + 1
        }
        bytes.append(contentsOf: text[start...])
    }

    private mutating func appendControl(_ byte: UInt8) {
        bytes.append(0x5C)
        switch byte {
        case 0x08: bytes.append(0x62)
        case 0x09: bytes.append(0x74)
        case 0x0A: bytes.append(0x6E)
        case 0x0C: bytes.append(0x66)
        case 0x0D: bytes.append(0x72)
        default:
            let digits: StaticString = "0123456789abcdef"
            bytes.append(contentsOf: [0x75, 0x30, 0x30])
            let text = Array(digits.description.utf8)
            bytes.append(text[Int(byte >> 4)])
            bytes.append(text[Int(byte & 0xF)])
        }
    }
}
