// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One row of a result. Reading by name or by place costs nothing but the value's own conversion.
package struct PostgresRow: Sendable {
    let result: PostgresResult
    let index: Int

    /// The value of the column at `place`, counted from 0. Throws when there is no such column, or the value is NULL
    /// or of another type.
    package func decode<Value: PostgresDecodable>(
        _ place: Int,
        as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value {
        guard place >= 0, place < result.columns.count else {
            throw PostgresError(.decoding, message: "there is no column \(place)")
        }
        return try result.decode(row: index, column: place)
    }

    /// The value of the column called `name`. Throws as `decode(_: Int)` does.
    package func decode<Value: PostgresDecodable>(
        _ name: String,
        as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value {
        guard let place = result.columns.firstIndex(of: name) else {
            throw PostgresError(.decoding, message: "there is no column \(name)")
        }
        return try result.decode(row: index, column: place)
    }
}
