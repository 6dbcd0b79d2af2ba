// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import WebApp

@Suite struct JSONParserTests {
    private func parse(_ text: String) throws(JSONParseError) -> JSONValue {
        try JSONParser.parse(Array(text.utf8))
    }

    @Test func `an object keeps its members in order`() throws {
        let value = try self.parse(#" {"b":1,"a":[true,false,null],"c":{"d":"x"}} "#)
        #expect(
            value
                == .object(
                    JSONObject(members: [
                        .init(key: "b", value: .integer(1)),
                        .init(key: "a", value: .array([.bool(true), .bool(false), .null])),
                        .init(key: "c", value: .object(JSONObject(members: [.init(key: "d", value: .string("x"))]))),
                    ])
                )
        )
    }

    @Test(arguments: [
        ("0", JSONValue.integer(0)), ("-0", .integer(0)), ("9223372036854775807", .integer(.max)),
        ("-9223372036854775808", .integer(.min)), ("1.5", .decimal(1.5)), ("1e2", .decimal(100)),
        ("9223372036854775808", .decimal(9_223_372_036_854_775_808)),
    ])
    func `numbers are whole where they fit`(text: String, expected: JSONValue) throws {
        #expect(try self.parse(text) == expected)
    }

    @Test func `escapes are decoded`() throws {
        #expect(try self.parse(#""\"\\\/\b\f\n\r\tA\u00e9\ud83d\ude00é""#) == .string("\"\\/\u{8}\u{c}\n\r\tAé😀é"))
    }

    @Test func `a byte order mark is skipped`() throws {
        #expect(try JSONParser.parse([0xEF, 0xBB, 0xBF, 0x31]) == .integer(1))
    }

    @Test(arguments: [
        ("", JSONParseError.Reason.unexpectedEnd, 1, 1),
        ("{", .unexpectedEnd, 1, 2),
        ("{\"a\":1,}", .unexpectedCharacter, 1, 8),
        ("{\n \"a\" 1}", .unexpectedCharacter, 2, 6),
        ("[1,]", .unexpectedCharacter, 1, 4),
        ("01", .invalidNumber, 1, 1),
        ("-", .unexpectedEnd, 1, 2),
        ("1.x", .invalidNumber, 1, 1),
        ("tru", .unexpectedEnd, 1, 4),
        ("1 2", .trailingCharacters, 1, 3),
        (#""\x""#, .invalidEscape, 1, 2),
        (#""\ud800""#, .invalidEscape, 1, 2),
        (#""\u0000""#, .nulCharacter, 1, 2),
        ("\"a\nb\"", .controlCharacter, 1, 3),
        (#"{"a":1,"a":2}"#, .duplicateKey("a"), 1, 8),
    ])
    func `errors say what and where`(text: String, reason: JSONParseError.Reason, line: Int, column: Int) {
        #expect(throws: JSONParseError(reason: reason, line: line, column: column)) { try self.parse(text) }
    }

    @Test(arguments: [[0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xFF], [0xE2, 0x82]] as [[UInt8]])
    func `text that is not UTF-8 is refused`(bytes: [UInt8]) {
        #expect(throws: JSONParseError.self) { try JSONParser.parse([0x22] + bytes + [0x22]) }
    }

    @Test func `nesting is bounded`() throws {
        let limit = JSONParser.depthLimit
        _ = try self.parse(String(repeating: "[", count: limit) + String(repeating: "]", count: limit))
        #expect(throws: JSONParseError.self) { try self.parse(String(repeating: "[", count: 100_000)) }
        #expect(throws: JSONParseError.self) { try self.parse(String(repeating: "{\"a\":", count: 100_000)) }
    }

    @Test func `a duplicate among many keys is found`() throws {
        let keys = (0..<5_000).map { "\"k\($0)\":0" }
        _ = try self.parse("{" + keys.joined(separator: ",") + "}")
        #expect(throws: JSONParseError.self) {
            try self.parse("{" + (keys + ["\"k3\":1"]).joined(separator: ",") + "}")
        }
        #expect(throws: JSONParseError.self) {
            try self.parse("{" + (keys + ["\"k4999\":1"]).joined(separator: ",") + "}")
        }
    }
}
