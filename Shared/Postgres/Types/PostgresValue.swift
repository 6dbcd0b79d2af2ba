// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One parameter as it goes to the server.
package struct PostgresValue: Sendable, Hashable {
    /// The type's object identifier, or 0 to let the server infer it from the place.
    let type: UInt32
    /// nil = NULL.
    let bytes: [UInt8]?
    /// Whether `bytes` are the binary form of the type, else its text form.
    let isBinary: Bool

    init(type: UInt32, text: String?) {
        self.type = type
        self.bytes = text.map { Array($0.utf8) }
        self.isBinary = false
    }

    init(type: UInt32, binary: [UInt8]) {
        self.type = type
        self.bytes = binary
        self.isBinary = true
    }

    /// NULL of the same type.
    var null: PostgresValue { PostgresValue(type: type, text: nil) }
}

/// Object identifiers of the built-in types used here (`pg_type.dat`).
enum PostgresTypeID {
    static let unknown: UInt32 = 0
    static let bool: UInt32 = 16
    static let bytea: UInt32 = 17
    static let int8: UInt32 = 20
    static let int2: UInt32 = 21
    static let int4: UInt32 = 23
    static let float8: UInt32 = 701
    static let timestamptz: UInt32 = 1184
    static let boolArray: UInt32 = 1000
    static let byteaArray: UInt32 = 1001
    static let int2Array: UInt32 = 1005
    static let int4Array: UInt32 = 1007
    static let textArray: UInt32 = 1009
    static let int8Array: UInt32 = 1016
    static let float8Array: UInt32 = 1022
    static let timestamptzArray: UInt32 = 1185
}
