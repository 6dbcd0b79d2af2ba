// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import CLibPQ

/// A finished result of libpq, freed with the last row that refers to it.
// SAFETY: a PGresult is never changed after libpq returned it, and libpq allows reading one from several threads.
@safe final class PostgresResult: @unchecked Sendable {
    private let pointer: OpaquePointer
    /// The columns' names in their order.
    let columns: [String]

    /// Takes ownership of `pointer`.
    init(_ pointer: OpaquePointer) {
        unsafe self.pointer = pointer
        // SAFETY: the result is valid until `deinit`, and every number is below PQnfields.
        columns = unsafe (0..<PQnfields(pointer)).map { column in
            unsafe PQfname(pointer, column).map { unsafe String(cString: $0) } ?? ""
        }
    }

    deinit {
        // SAFETY: owned by this object alone.
        unsafe PQclear(pointer)
    }

    var rows: [PostgresRow] {
        // SAFETY: valid until `deinit`.
        let count = unsafe Int(PQntuples(pointer))
        return (0..<count).map { PostgresRow(result: self, index: $0) }
    }

    var status: ExecStatusType { unsafe PQresultStatus(pointer) }

    /// How many rows the command changed or returned.
    var affected: Int {
        // SAFETY: libpq returns a NUL-terminated string inside the result.
        unsafe PQcmdTuples(pointer).flatMap { unsafe Int(String(cString: $0)) } ?? 0
    }

    /// The command's tag: "COMMIT", "INSERT 0 1".
    var tag: String {
        // SAFETY: libpq returns a NUL-terminated string inside the result.
        unsafe PQcmdStatus(pointer).map { unsafe String(cString: $0) } ?? ""
    }

    /// A field of the error report, by its code (`PG_DIAG_…`).
    func diagnostic(_ field: Character) -> String? {
        guard let code = field.asciiValue else { return nil }
        // SAFETY: libpq returns NULL or a NUL-terminated string inside the result.
        return unsafe PQresultErrorField(pointer, CInt(code)).map { unsafe String(cString: $0) }
    }

    func decode<Value: PostgresDecodable>(row: Int, column: Int) throws(PostgresError) -> Value {
        let row = CInt(row)
        let number = CInt(column)
        // SAFETY: the callers checked both numbers; the bytes live as long as the result, which `self` keeps.
        if unsafe PQgetisnull(pointer, row, number) != 0 {
            guard let null = Value.decodedNull else {
                throw PostgresError(.decoding, message: "column \(columns[column]) is NULL")
            }
            return null
        }
        let length = unsafe Int(PQgetlength(pointer, row, number))
        let bytes = unsafe UnsafeRawBufferPointer(start: PQgetvalue(pointer, row, number), count: length)
        let span = unsafe Span<UInt8>(_unsafeBytes: bytes)
        guard let value = Value.decode(postgres: span) else {
            throw PostgresError(.decoding, message: "column \(columns[column]) does not hold a \(Value.self)")
        }
        return value
    }
}
