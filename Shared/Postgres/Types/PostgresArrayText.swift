// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The text form of one-dimensional SQL arrays: `{1,NULL,"a \"b\""}`.
enum PostgresArrayText {
    /// Writes the form; every element is quoted, nil is NULL.
    static func make(_ elements: [String?]) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(elements.reduce(2) { $0 + ($1?.utf8.count ?? 4) * 9 / 8 + 3 })
        text.append(UInt8(ascii: "{"))
        for (index, element) in elements.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            guard let element else {
                text += Array("NULL".utf8)
                continue
            }
            text.append(UInt8(ascii: "\""))
            appendEscaped(Array(element.utf8), to: &text)
            text.append(UInt8(ascii: "\""))
        }
        text.append(UInt8(ascii: "}"))
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends what stands between two special octets in one piece: elements may be long.
    private static func appendEscaped(_ bytes: [UInt8], to text: inout [UInt8]) {
        var start = 0
        for index in bytes.indices where bytes[index] == UInt8(ascii: "\"") || bytes[index] == UInt8(ascii: "\\") {
            text.append(contentsOf: bytes[start..<index])
            text.append(UInt8(ascii: "\\"))
            start = index
        }
        text.append(contentsOf: bytes[start...])
    }

    /// Reads the form; `convert` gets nil for NULL and refuses an element by returning nil.
    static func parse<Value>(_ text: Span<UInt8>, convert: ([UInt8]?) -> Value?) -> [Value]? {
        guard text.count >= 2, text[0] == UInt8(ascii: "{"), text[text.count - 1] == UInt8(ascii: "}") else {
            return nil
        }
        var values: [Value] = []
        var index = 1
        let end = text.count - 1
        while index < end {
            guard let element = element(of: text, at: &index, end: end), let value = convert(element.bytes) else {
                return nil
            }
            values.append(value)
            guard index < end else { break }
            guard text[index] == UInt8(ascii: ","), index + 1 < end else { return nil }
            index += 1
        }
        return values
    }

    private static func element(of text: Span<UInt8>, at index: inout Int, end: Int) -> (bytes: [UInt8]?, Void)? {
        var bytes: [UInt8] = []
        guard text[index] == UInt8(ascii: "\"") else {
            while index < end, text[index] != UInt8(ascii: ",") {
                // A brace here would be a second dimension, which nothing in the schema has.
                guard text[index] != UInt8(ascii: "{") else { return nil }
                bytes.append(text[index])
                index += 1
            }
            return (bytes == Array("NULL".utf8) ? nil : bytes, ())
        }
        index += 1
        while index < end {
            switch text[index] {
            case UInt8(ascii: "\""):
                index += 1
                return (bytes, ())
            case UInt8(ascii: "\\"):
                index += 1
                guard index < end else { return nil }
                bytes.append(text[index])
            default:
                bytes.append(text[index])
            }
            index += 1
        }
        return nil
    }
}
