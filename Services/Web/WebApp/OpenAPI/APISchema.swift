// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain

/// A JSON Schema as OpenAPI 3.1 has it (draft 2020-12), as far as the API's document needs one.
indirect enum APISchema: Sendable {
    case string
    /// A string of a registered format, such as `date-time`.
    case format(String)
    /// A string that the regular expression (ECMA-262, not anchored) finds.
    case pattern(String)
    /// One of some strings.
    case values([String])
    case integer
    /// An integer that is not less.
    case atLeast(Int64)
    case number
    case boolean
    /// Only null.
    case null
    /// Any JSON value.
    case any
    case list(of: APISchema)
    /// An object with these members. A closed one has no others: what is answered is known in full, while requests may
    /// carry members that nobody looks at.
    case object([Member], isClosed: Bool)
    /// An object with any members of one schema.
    case map(of: APISchema)
    case nullable(APISchema)
    case either([APISchema])
    /// A schema of the document's components.
    case named(String)

    /// One member of an object.
    struct Member: Sendable {
        let name: String
        let schema: APISchema
        let isRequired: Bool

        init(_ name: String, _ schema: APISchema, isRequired: Bool = true) {
            self.name = name
            self.schema = schema
            self.isRequired = isRequired
        }

        /// A member that may be absent.
        static func optional(_ name: String, _ schema: APISchema) -> Member {
            Member(name, schema, isRequired: false)
        }
    }

    /// What is answered: all members are there, and no others.
    static func answer(_ members: Member...) -> APISchema { .object(members, isClosed: true) }

    /// What is asked for.
    static func request(_ members: Member...) -> APISchema { .object(members, isClosed: false) }

    /// A time as the API writes it.
    static let time = APISchema.format("date-time")

    /// An identifier of a resource.
    static let id = APISchema.atLeast(1)
}

extension APISchema: JSONWritable {
    func write(to json: inout JSONWriter) {
        json.object { self.writeMembers(to: &$0) }
    }

    /// The keywords of the schema.
    private func writeMembers(to json: inout JSONWriter) {
        switch self {
        case .string: json.member("type", "string")
        case .format(let name):
            json.member("type", "string")
            json.member("format", name)
        case .pattern(let text):
            json.member("type", "string")
            json.member("pattern", text)
        case .values(let values):
            json.member("type", "string")
            json.member("enum", values)
        case .integer: json.member("type", "integer")
        case .atLeast(let least):
            json.member("type", "integer")
            json.member("format", "int64")
            json.member("minimum", least)
        case .number: json.member("type", "number")
        case .boolean: json.member("type", "boolean")
        case .any: break
        case .list(let element):
            json.member("type", "array")
            json.member("items", element)
        case .object(let members, let isClosed): Self.write(members, isClosed: isClosed, to: &json)
        case .map(let value):
            json.member("type", "object")
            json.member("additionalProperties", value)
        case .null: json.member("type", "null")
        case .nullable(let schema): json.member("anyOf", [schema, .null])
        case .either(let schemas): json.member("anyOf", schemas)
        case .named(let name): json.member("$ref", "#/components/schemas/\(name)")
        }
    }

    private static func write(_ members: [Member], isClosed: Bool, to json: inout JSONWriter) {
        json.member("type", "object")
        json.object("properties") { json in
            for member in members {
                // What may be left out of a request may also be null.
                json.member(member.name, isClosed || member.isRequired ? member.schema : .nullable(member.schema))
            }
        }
        let required = members.filter(\.isRequired).map(\.name)
        if !required.isEmpty {
            json.member("required", required)
        }
        if isClosed {
            json.member("additionalProperties", false)
        }
    }
}
