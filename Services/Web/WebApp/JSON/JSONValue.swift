// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A JSON text of a request, as parsed: what the client sent, before any field has been judged.
///
/// Numbers that are whole and fit `Int64` are `.integer`; every other number is `.decimal`.
enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case decimal(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

/// The members of a JSON object in the order of the text. Keys are unique: the parser refuses duplicates.
struct JSONObject: Sendable, Equatable {
    /// The members, in order.
    private(set) var members: [Member]

    /// One key and its value.
    struct Member: Sendable, Equatable {
        let key: String
        let value: JSONValue
    }

    init(members: [Member] = []) {
        self.members = members
    }

    /// The value of `key`, or nil when the object has no such member.
    subscript(key: String) -> JSONValue? {
        self.members.first { $0.key == key }?.value
    }
}
