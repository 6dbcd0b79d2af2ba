// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Why a request's body is not acceptable JSON, and where.
struct JSONParseError: Error, Equatable, Sendable {
    /// What was wrong.
    enum Reason: Equatable, Sendable {
        case unexpectedEnd
        case unexpectedCharacter
        case trailingCharacters
        case invalidNumber
        case invalidEscape
        case invalidUTF8
        case controlCharacter
        case nulCharacter
        case duplicateKey(String)
        case tooDeep(limit: Int)
    }

    let reason: Reason
    /// Line of the offending byte, from 1.
    let line: Int
    /// Column of the offending byte within its line, in bytes, from 1.
    let column: Int

    /// The sentence a client sees.
    var message: String {
        "Malformed JSON at line \(self.line), column \(self.column): \(self.reason.text)"
    }
}

extension JSONParseError.Reason {
    var text: String {
        switch self {
        case .unexpectedEnd: "the text ends too early"
        case .unexpectedCharacter: "unexpected character"
        case .trailingCharacters: "unexpected text after the value"
        case .invalidNumber: "invalid number"
        case .invalidEscape: "invalid escape sequence"
        case .invalidUTF8: "invalid UTF-8"
        case .controlCharacter: "unescaped control character in a string"
        case .nulCharacter: "NUL is not allowed in a string"
        case .duplicateKey(let key): "duplicate key \"\(key)\""
        case .tooDeep(let limit): "more than \(limit) levels deep"
        }
    }
}
