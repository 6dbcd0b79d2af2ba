// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// A cursor over the tokens of one entry: what the field readers take their text from.
struct TextCursor: ~Escapable {
    /// The text that the tokens point into.
    let bytes: Span<UInt8>
    /// The tokens of the entry.
    let tokens: Span<TextToken>
    /// The wire form of the origin that completes relative names; empty when there is none.
    let origin: Span<UInt8>
    /// The index of the next token.
    var index: Int

    @_lifetime(copy bytes, copy tokens, copy origin)
    init(bytes: Span<UInt8>, tokens: Span<TextToken>, origin: Span<UInt8>, index: Int = 0) {
        self.bytes = bytes
        self.tokens = tokens
        self.origin = origin
        self.index = index
    }

    /// Whether no token is left.
    var isAtEnd: Bool { index >= tokens.count }

    /// The next token, without taking it.
    var peek: TextToken? { index < tokens.count ? tokens[index] : nil }

    /// Where the text ends for errors about what is missing.
    var endOffset: Int { tokens.isEmpty ? 0 : tokens[tokens.count &- 1].end }

    /// The room that the data of a record needs in most cases: its text, and the origin once.
    var rdataCapacity: Int {
        guard let first = peek else { return 0 }
        // A comment between parentheses counts as text: it must not be able to waste much.
        return min(endOffset &- first.start, 512) &+ origin.count &+ 4
    }

    /// Takes the next token; `field` says in words what should stand there.
    @_lifetime(self: copy self)
    mutating func next(_ field: @autoclosure () -> String) throws(TextError) -> TextToken {
        guard index < tokens.count else { throw TextError(offset: endOffset, reason: .missing(field())) }
        let token = tokens[index]
        index &+= 1
        return token
    }

    /// Throws unless all tokens are taken.
    func requireEnd() throws(TextError) {
        if let token = peek { throw TextError(offset: token.start, reason: .trailingText) }
    }

    /// The token in upper case, for tables of mnemonics; nil when it is quoted, too long for one or not all ASCII.
    ///
    /// Beyond ASCII there are letters whose upper case is an ASCII letter: they must not pass for one.
    func mnemonic(_ token: TextToken) -> String? {
        guard !token.isQuoted, token.count <= 32 else { return nil }
        var octets: [UInt8] = []
        octets.reserveCapacity(token.count)
        for index in token.start..<token.end {
            let octet = bytes[index]
            guard octet < 0x80 else { return nil }
            octets.append(Octet.uppercase(octet))
        }
        return String(decoding: octets, as: UTF8.self)
    }

    /// Whether the token is `word`, which must be in lower case, whatever its case.
    func matches(_ token: TextToken, _ word: StaticString) -> Bool {
        guard token.count == word.utf8CodeUnitCount, !token.isQuoted else { return false }
        // SAFETY: the pointer of a static string is valid for ever and is read within its count.
        let octets = unsafe UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        for index in 0..<octets.count where unsafe Octet.lowercase(bytes[token.start &+ index]) != octets[index] {
            return false
        }
        return true
    }
}
