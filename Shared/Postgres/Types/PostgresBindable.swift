// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A value that can be a parameter of a statement.
package protocol PostgresBindable: Sendable {
    /// The parameter.
    var postgresValue: PostgresValue { get }
    /// NULL of this type.
    static var postgresNull: PostgresValue { get }
}

/// A value that can be read from a column.
package protocol PostgresDecodable: Sendable {
    /// Reads the text form of a value that is not NULL; nil when it is not of this type.
    static func decode(postgres text: Span<UInt8>) -> Self?
    /// What NULL is read as; nil when NULL is not allowed.
    static var decodedNull: Self? { get }
}

extension PostgresDecodable {
    package static var decodedNull: Self? { nil }
}

/// A type that arrays of parameters and columns can be made of.
///
/// The array forms hang on the element so that `[UInt8]` can be `bytea` while all others are SQL arrays.
package protocol PostgresElement: Sendable {
    /// The parameter for an array of this type.
    static func arrayValue(_ elements: [Self]) -> PostgresValue
    /// NULL of the array's type.
    static var arrayNull: PostgresValue { get }
    /// Reads an array column.
    static func decodeArray(postgres text: Span<UInt8>) -> [Self]?
}

extension Array: PostgresBindable where Element: PostgresElement {
    package var postgresValue: PostgresValue { Element.arrayValue(self) }
    package static var postgresNull: PostgresValue { Element.arrayNull }
}

extension Array: PostgresDecodable where Element: PostgresElement {
    package static func decode(postgres text: Span<UInt8>) -> [Element]? { Element.decodeArray(postgres: text) }
}

extension Optional: PostgresBindable where Wrapped: PostgresBindable {
    package var postgresValue: PostgresValue { self?.postgresValue ?? Wrapped.postgresNull }
    package static var postgresNull: PostgresValue { Wrapped.postgresNull }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    package static func decode(postgres text: Span<UInt8>) -> Wrapped?? {
        Wrapped.decode(postgres: text).map(Optional.some)
    }
    package static var decodedNull: Wrapped?? { .some(nil) }
}
