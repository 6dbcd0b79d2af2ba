// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// SQL text whose interpolated values are bound as parameters, never pasted into the text.
///
/// ```swift
/// let query: PostgresQuery = "SELECT id FROM app.zone WHERE name = \(name) LIMIT \(limit)"
/// ```
/// A query interpolated into another one becomes a part of it, with its own bindings. Text that is not a literal gets
/// in through `\(unescaped:)` only.
package struct PostgresQuery: Sendable, ExpressibleByStringInterpolation, CustomStringConvertible {
    enum Piece: Sendable {
        case text(String)
        case bind(PostgresValue)
    }

    var pieces: [Piece]

    package init(stringLiteral value: String) {
        pieces = [.text(value)]
    }

    package init(stringInterpolation: StringInterpolation) {
        pieces = stringInterpolation.pieces
    }

    /// SQL from a trusted source: a migration, a literal of the program.
    package init(unescaped sql: String) {
        pieces = [.text(sql)]
    }

    /// Puts the parts in a row with `separator` between them: conditions joined by " AND ", for example.
    package static func joined(_ parts: [PostgresQuery], separator: String) -> PostgresQuery {
        var pieces: [Piece] = []
        for (index, part) in parts.enumerated() {
            if index > 0 { pieces.append(.text(separator)) }
            pieces += part.pieces
        }
        var query = PostgresQuery(stringLiteral: "")
        query.pieces = pieces
        return query
    }

    /// The SQL with `$n` for the parameters; holds no parameter values.
    package var description: String { rendered().sql }

    /// The text for the server and the parameters in their order.
    func rendered() -> (sql: String, values: [PostgresValue]) {
        var sql = ""
        var values: [PostgresValue] = []
        for piece in pieces {
            switch piece {
            case .text(let text):
                sql += text
            case .bind(let value):
                values.append(value)
                sql += "$\(values.count)"
            }
        }
        return (sql, values)
    }

    package struct StringInterpolation: StringInterpolationProtocol, Sendable {
        var pieces: [Piece] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            pieces.reserveCapacity(interpolationCount * 2 + 1)
        }

        package mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { pieces.append(.text(literal)) }
        }

        /// Binds `value` as a parameter.
        package mutating func appendInterpolation(_ value: some PostgresBindable) {
            pieces.append(.bind(value.postgresValue))
        }

        /// Binds `value` as a parameter, or NULL.
        package mutating func appendInterpolation<Wrapped>(_ value: Wrapped?) where Wrapped?: PostgresBindable {
            pieces.append(.bind(value.postgresValue))
        }

        /// Makes another query a part of this one.
        package mutating func appendInterpolation(_ query: PostgresQuery) {
            pieces += query.pieces
        }

        /// Puts text in as it is. Never for anything that came from outside the program.
        package mutating func appendInterpolation(unescaped sql: String) {
            pieces.append(.text(sql))
        }
    }
}
