// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain

/// A JSON Schema as OpenAPI 3.1 has it (draft 2020-12), as far as the API's document needs one.
indirect enum APISchema: Sendable {
    case string
    /// A string of a registered format, such as `date-time`.
    case format(String)
    /// A string of so many characters (code points) that the regular expression (ECMA-262, not anchored) finds. Without
    /// an expression it may have any characters but NUL, which no text of the API has.
    case text(Text)
    /// One of some strings.
    case values([String])
    case integer
    /// An integer that is not less.
    case atLeast(Int64)
    /// An integer of a range.
    case within(ClosedRange<Int64>)
    case number
    case boolean
    /// Only null.
    case null
    /// Any JSON value.
    case any
    case list(of: APISchema, atLeast: Int = 0, atMost: Int? = nil, isUnique: Bool = false)
    /// An object with these members. A closed one has no others: what is answered is known in full, while requests may
    /// carry members that nobody looks at.
    case object([Member], isClosed: Bool)
    /// An object with any members of one schema, perhaps at most so many, whose names a regular expression finds.
    case map(of: APISchema, names: String? = nil, atMost: Int? = nil)
    case nullable(APISchema)
    case either([APISchema])
    /// A schema of the document's components.
    case named(String)

    /// What a text has to be like.
    struct Text: Sendable {
        var atLeast = 0
        var atMost: Int?
        var pattern: String?
        var format: String?
    }

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
    static let id = APISchema.within(1 ... .max)

    /// Any integer that the API can hold.
    static let int64 = APISchema.within(.min ... .max)

    /// White space or nothing.
    static let blank = APISchema.text(pattern: "^\\s*$")

    /// A text that a client sends.
    static func text(
        atLeast: Int = 0,
        atMost: Int? = nil,
        pattern: String? = nil,
        format: String? = nil
    ) -> APISchema {
        .text(Text(atLeast: atLeast, atMost: atMost, pattern: pattern, format: format))
    }

    /// A text with something else than white space in it.
    static func visible(atMost: Int? = nil) -> APISchema {
        .text(atLeast: 1, atMost: atMost, pattern: Self.visiblePattern)
    }

    /// White space as Unicode has it, which is what counts as blank, and no NUL anywhere.
    private static let visiblePattern =
        "^[^\\u0000]*[^\\u0000\\u0009-\\u000d\\u001c-\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000][^\\u0000]*$"
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
        case .text(let text): Self.write(text, to: &json)
        case .values(let values):
            json.member("type", "string")
            json.member("enum", values)
        case .integer: json.member("type", "integer")
        case .atLeast(let least):
            json.member("type", "integer")
            json.member("format", "int64")
            json.member("minimum", least)
        case .within(let range):
            json.member("type", "integer")
            json.member("format", "int64")
            json.member("minimum", range.lowerBound)
            json.member("maximum", range.upperBound)
        case .number: json.member("type", "number")
        case .boolean: json.member("type", "boolean")
        case .any: break
        case .list(let element, let least, let most, let isUnique):
            json.member("type", "array")
            json.member("items", element)
            if least > 0 {
                json.member("minItems", least)
            }
            if let most {
                json.member("maxItems", most)
            }
            if isUnique {
                json.member("uniqueItems", true)
            }
        case .object(let members, let isClosed): Self.write(members, isClosed: isClosed, to: &json)
        case .map(let value, let names, let most):
            json.member("type", "object")
            json.member("additionalProperties", value)
            if let names {
                json.object("propertyNames") { $0.member("pattern", names) }
            }
            if let most {
                json.member("maxProperties", most)
            }
        case .null: json.member("type", "null")
        case .nullable(let schema): json.member("anyOf", [schema, .null])
        case .either(let schemas): json.member("anyOf", schemas)
        case .named(let name): json.member("$ref", "#/components/schemas/\(name)")
        }
    }

    private static func write(_ text: Text, to json: inout JSONWriter) {
        json.member("type", "string")
        if text.atLeast > 0 {
            json.member("minLength", text.atLeast)
        }
        if let most = text.atMost {
            json.member("maxLength", most)
        }
        if let format = text.format {
            json.member("format", format)
        } else {
            json.member("pattern", text.pattern ?? "^[^\\u0000]*$")
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
