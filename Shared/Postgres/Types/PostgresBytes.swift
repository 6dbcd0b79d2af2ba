// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// `[UInt8]` is `bytea`.
extension UInt8: PostgresElement {
    package static func arrayValue(_ elements: [UInt8]) -> PostgresValue {
        PostgresValue(type: PostgresTypeID.bytea, binary: elements)
    }
    package static var arrayNull: PostgresValue { PostgresValue(type: PostgresTypeID.bytea, text: nil) }

    /// Reads the hexadecimal output form `\x0a0b`.
    package static func decodeArray(postgres text: Span<UInt8>) -> [UInt8]? {
        guard text.count >= 2, text.count % 2 == 0, text[0] == UInt8(ascii: "\\"), text[1] == UInt8(ascii: "x") else {
            return nil
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count / 2 - 1)
        for index in stride(from: 2, to: text.count, by: 2) {
            guard let high = nibble(text[index]), let low = nibble(text[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func nibble(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

/// `[[UInt8]]` is `bytea[]`.
extension Array: PostgresElement where Element == UInt8 {
    package static func arrayValue(_ elements: [[UInt8]]) -> PostgresValue {
        PostgresValue(type: PostgresTypeID.byteaArray, text: PostgresArrayText.make(elements.map(hexadecimal)))
    }
    package static var arrayNull: PostgresValue { PostgresValue(type: PostgresTypeID.byteaArray, text: nil) }
    package static func decodeArray(postgres text: Span<UInt8>) -> [[UInt8]]? {
        PostgresArrayText.parse(text) { element in element.flatMap { UInt8.decodeArray(postgres: $0.span) } }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text = Array("\\x".utf8)
        text.reserveCapacity(bytes.count * 2 + 2)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
