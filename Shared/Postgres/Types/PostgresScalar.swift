// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A scalar with a plain text form, of which arrays can be made.
package protocol PostgresScalar: PostgresBindable, PostgresDecodable, PostgresElement {
    /// The type as a parameter; 0 lets the server infer it.
    static var postgresType: UInt32 { get }
    /// The type of an array of it.
    static var postgresArrayType: UInt32 { get }
    /// The text form of the value.
    var postgresText: String { get }
}

extension PostgresScalar {
    package var postgresValue: PostgresValue { PostgresValue(type: Self.postgresType, text: postgresText) }
    package static var postgresNull: PostgresValue { PostgresValue(type: Self.postgresType, text: nil) }

    package static func arrayValue(_ elements: [Self]) -> PostgresValue {
        PostgresValue(type: postgresArrayType, text: PostgresArrayText.make(elements.map(\.postgresText)))
    }
    package static var arrayNull: PostgresValue { PostgresValue(type: postgresArrayType, text: nil) }
    package static func decodeArray(postgres text: Span<UInt8>) -> [Self]? {
        PostgresArrayText.parse(text) { element in element.flatMap { Self.decode(postgres: $0.span) } }
    }
}

extension Optional: PostgresElement where Wrapped: PostgresScalar {
    package static func arrayValue(_ elements: [Wrapped?]) -> PostgresValue {
        PostgresValue(
            type: Wrapped.postgresArrayType,
            text: PostgresArrayText.make(elements.map { $0?.postgresText })
        )
    }
    package static var arrayNull: PostgresValue { Wrapped.arrayNull }
    package static func decodeArray(postgres text: Span<UInt8>) -> [Wrapped?]? {
        PostgresArrayText.parse(text) { element -> Wrapped?? in
            guard let element else { return .some(nil) }
            return Wrapped.decode(postgres: element.span).map(Optional.some)
        }
    }
}

extension PostgresScalar where Self: FixedWidthInteger {
    package var postgresText: String { String(self) }

    package static func decode(postgres text: Span<UInt8>) -> Self? {
        guard !text.isEmpty else { return nil }
        let isNegative = text[0] == UInt8(ascii: "-")
        guard !isNegative || text.count > 1 else { return nil }
        var value: Self = 0
        for index in (isNegative ? 1 : 0)..<text.count {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[index]) else { return nil }
            let digit = Self(text[index] - UInt8(ascii: "0"))
            let (product, tooGreat) = value.multipliedReportingOverflow(by: 10)
            let (sum, overflow) =
                isNegative ? product.subtractingReportingOverflow(digit) : product.addingReportingOverflow(digit)
            guard !tooGreat && !overflow else { return nil }
            value = sum
        }
        return value
    }
}

extension Int16: PostgresScalar {
    package static var postgresType: UInt32 { PostgresTypeID.int2 }
    package static var postgresArrayType: UInt32 { PostgresTypeID.int2Array }
}

extension Int32: PostgresScalar {
    package static var postgresType: UInt32 { PostgresTypeID.int4 }
    package static var postgresArrayType: UInt32 { PostgresTypeID.int4Array }
}

extension Int64: PostgresScalar {
    package static var postgresType: UInt32 { PostgresTypeID.int8 }
    package static var postgresArrayType: UInt32 { PostgresTypeID.int8Array }
}

extension Int: PostgresScalar {
    package static var postgresType: UInt32 { PostgresTypeID.int8 }
    package static var postgresArrayType: UInt32 { PostgresTypeID.int8Array }
}

extension Bool: PostgresScalar {
    package static var postgresType: UInt32 { PostgresTypeID.bool }
    package static var postgresArrayType: UInt32 { PostgresTypeID.boolArray }
    package var postgresText: String { self ? "t" : "f" }
    package static func decode(postgres text: Span<UInt8>) -> Bool? {
        guard text.count == 1 else { return nil }
        switch text[0] {
        case UInt8(ascii: "t"): return true
        case UInt8(ascii: "f"): return false
        default: return nil
        }
    }
}

extension Double: PostgresScalar {
    package static var postgresType: UInt32 { PostgresTypeID.float8 }
    package static var postgresArrayType: UInt32 { PostgresTypeID.float8Array }
    package var postgresText: String { isNaN ? "NaN" : "\(self)" }
    package static func decode(postgres text: Span<UInt8>) -> Double? {
        String.decode(postgres: text).flatMap(Double.init)
    }
}

/// Text, and the text form of every type that has no Swift type here (`uuid`, `jsonb`, `inet`).
///
/// As a parameter its type is left to the server, so that it fits a column of any type; write a cast where the place
/// does not say (`\(id)::uuid`).
extension String: PostgresScalar {
    package static var postgresType: UInt32 { PostgresTypeID.unknown }
    package static var postgresArrayType: UInt32 { PostgresTypeID.textArray }
    package var postgresText: String { self }
    package static func decode(postgres text: Span<UInt8>) -> String? {
        guard let text = try? UTF8Span(validating: text) else { return nil }
        return String(copying: text)
    }
}
