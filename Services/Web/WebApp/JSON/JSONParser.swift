// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A strict RFC 8259 parser for request bodies.
///
/// It exists beside Foundation's because an API has to say where a body is wrong, has to refuse duplicate keys (two
/// readers of one request must not see two different records) and has to bound the depth. Its cost is one pass over
/// the bytes; nothing is parsed twice.
struct JSONParser {
    /// Deepest nesting of arrays and objects that is accepted. No request of the API needs more than four.
    static let depthLimit = 32

    private let bytes: [UInt8]
    private var index = 0

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Parses one JSON text. A byte order mark before it is skipped.
    static func parse(_ bytes: [UInt8]) throws(JSONParseError) -> JSONValue {
        var parser = JSONParser(bytes: bytes)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            parser.index = 3
        }
        parser.skipWhitespace()
        let value = try parser.value(depth: 0)
        parser.skipWhitespace()
        guard parser.index == bytes.count else { throw parser.error(.trailingCharacters) }
        return value
    }

    private var current: UInt8? {
        self.index < self.bytes.count ? self.bytes[self.index] : nil
    }

    private func error(_ reason: JSONParseError.Reason, at offset: Int? = nil) -> JSONParseError {
        let offset = min(offset ?? self.index, self.bytes.count)
        var line = 1
        var lineStart = 0
        for index in 0..<offset where self.bytes[index] == UInt8(ascii: "\n") {
            line += 1
            lineStart = index + 1
        }
        return JSONParseError(reason: reason, line: line, column: offset - lineStart + 1)
    }

    private mutating func skipWhitespace() {
        while let byte = self.current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            self.index += 1
        }
    }

    private mutating func expect(_ byte: UInt8) throws(JSONParseError) {
        guard let current = self.current else { throw self.error(.unexpectedEnd) }
        guard current == byte else { throw self.error(.unexpectedCharacter) }
        self.index += 1
    }

    private mutating func value(depth: Int) throws(JSONParseError) -> JSONValue {
        guard let byte = self.current else { throw self.error(.unexpectedEnd) }
        switch byte {
        case UInt8(ascii: "{"): return .object(try self.object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try self.array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try self.string())
        case UInt8(ascii: "t"): return try self.literal("true", .bool(true))
        case UInt8(ascii: "f"): return try self.literal("false", .bool(false))
        case UInt8(ascii: "n"): return try self.literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try self.number()
        default: throw self.error(.unexpectedCharacter)
        }
    }

    private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(JSONParseError) -> JSONValue {
        for byte in text.description.utf8 {
            try self.expect(byte)
        }
        return value
    }

    private mutating func object(depth: Int) throws(JSONParseError) -> JSONObject {
        guard depth <= Self.depthLimit else { throw self.error(.tooDeep(limit: Self.depthLimit)) }
        try self.expect(UInt8(ascii: "{"))
        self.skipWhitespace()
        var members: [JSONObject.Member] = []
        var keys = UniqueKeys()
        if self.current == UInt8(ascii: "}") {
            self.index += 1
            return JSONObject()
        }
        while true {
            let keyOffset = self.index
            let key = try self.string()
            guard keys.insert(key) else { throw self.error(.duplicateKey(key), at: keyOffset) }
            self.skipWhitespace()
            try self.expect(UInt8(ascii: ":"))
            self.skipWhitespace()
            members.append(.init(key: key, value: try self.value(depth: depth)))
            self.skipWhitespace()
            if self.current == UInt8(ascii: "}") {
                self.index += 1
                return JSONObject(members: members)
            }
            try self.expect(UInt8(ascii: ","))
            self.skipWhitespace()
        }
    }

    private mutating func array(depth: Int) throws(JSONParseError) -> [JSONValue] {
        guard depth <= Self.depthLimit else { throw self.error(.tooDeep(limit: Self.depthLimit)) }
        try self.expect(UInt8(ascii: "["))
        self.skipWhitespace()
        var elements: [JSONValue] = []
        if self.current == UInt8(ascii: "]") {
            self.index += 1
            return elements
        }
        while true {
            elements.append(try self.value(depth: depth))
            self.skipWhitespace()
            if self.current == UInt8(ascii: "]") {
                self.index += 1
                return elements
            }
            try self.expect(UInt8(ascii: ","))
            self.skipWhitespace()
        }
    }
}

/// The keys of one object: a scan while they are few, as they nearly always are; hashed beyond that, so that a body of
/// a hundred thousand keys costs no quadratic time.
private struct UniqueKeys {
    private var few: [String] = []
    private var many: Set<String> = []

    /// Adds `key`; false when it is there already.
    mutating func insert(_ key: String) -> Bool {
        if self.few.count < 16 {
            guard !self.few.contains(key) else { return false }
            self.few.append(key)
            return true
        }
        if self.many.isEmpty {
            self.many = Set(self.few)
        }
        return self.many.insert(key).inserted
    }
}

// MARK: Strings

extension JSONParser {
    private mutating func string() throws(JSONParseError) -> String {
        try self.expect(UInt8(ascii: "\""))
        let start = self.index
        var utf8: [UInt8] = []
        var copied = start
        while let byte = self.current {
            switch byte {
            case UInt8(ascii: "\""):
                utf8.append(contentsOf: self.bytes[copied..<self.index])
                guard let text = String(validating: utf8, as: UTF8.self) else {
                    throw self.error(.invalidUTF8, at: start)
                }
                self.index += 1
                return text
            case UInt8(ascii: "\\"):
                utf8.append(contentsOf: self.bytes[copied..<self.index])
                utf8.append(contentsOf: try self.escape())
                copied = self.index
            case 0..<0x20:
                throw self.error(.controlCharacter)
            default:
                self.index += 1
            }
        }
        throw self.error(.unexpectedEnd)
    }

    /// Reads an escape sequence, the backslash included, and returns what it stands for as UTF-8.
    private mutating func escape() throws(JSONParseError) -> [UInt8] {
        let start = self.index
        self.index += 1
        guard let byte = self.current else { throw self.error(.unexpectedEnd) }
        self.index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): break
        default: throw self.error(.invalidEscape, at: start)
        }
        var code = try self.hexQuad(start)
        if (0xD800..<0xDC00).contains(code) {
            guard self.current == UInt8(ascii: "\\") else { throw self.error(.invalidEscape, at: start) }
            self.index += 1
            guard self.current == UInt8(ascii: "u") else { throw self.error(.invalidEscape, at: start) }
            self.index += 1
            let low = try self.hexQuad(start)
            guard (0xDC00..<0xE000).contains(low) else { throw self.error(.invalidEscape, at: start) }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        // PostgreSQL's text cannot hold it, and no field of the API has a use for it.
        guard code != 0 else { throw self.error(.nulCharacter, at: start) }
        guard let scalar = Unicode.Scalar(code) else { throw self.error(.invalidEscape, at: start) }
        return Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private mutating func hexQuad(_ start: Int) throws(JSONParseError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = self.current else { throw self.error(.unexpectedEnd) }
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw self.error(.invalidEscape, at: start)
            }
            code = code << 4 | UInt32(digit)
            self.index += 1
        }
        return code
    }
}

// MARK: Numbers

extension JSONParser {
    private mutating func number() throws(JSONParseError) -> JSONValue {
        let start = self.index
        if self.current == UInt8(ascii: "-") {
            self.index += 1
        }
        let integerStart = self.index
        try self.digits(start)
        if self.bytes[integerStart] == UInt8(ascii: "0"), self.index > integerStart + 1 {
            throw self.error(.invalidNumber, at: start)
        }
        var isWhole = true
        if self.current == UInt8(ascii: ".") {
            isWhole = false
            self.index += 1
            try self.digits(start)
        }
        if self.current == UInt8(ascii: "e") || self.current == UInt8(ascii: "E") {
            isWhole = false
            self.index += 1
            if self.current == UInt8(ascii: "+") || self.current == UInt8(ascii: "-") {
                self.index += 1
            }
            try self.digits(start)
        }
        let text = String(decoding: self.bytes[start..<self.index], as: UTF8.self)
        if isWhole, let integer = Int64(text) {
            return .integer(integer)
        }
        guard let decimal = Double(text) else { throw self.error(.invalidNumber, at: start) }
        return .decimal(decimal)
    }

    private mutating func digits(_ start: Int) throws(JSONParseError) {
        let first = self.index
        while let byte = self.current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            self.index += 1
        }
        guard self.index > first else {
            throw self.error(
                self.current == nil ? .unexpectedEnd : .invalidNumber,
                at: self.current == nil ? nil : start
            )
        }
    }
}
