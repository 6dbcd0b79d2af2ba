// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

extension MasterFileReader {
    /// Carries out `$ORIGIN`, `$TTL` (RFC 2308 4), `$INCLUDE` or `$GENERATE`.
    mutating func readDirective(_ cursor: inout TextCursor) throws(EntryError) {
        do throws(TextError) {
            let directive = try cursor.next("a directive")
            if cursor.matches(directive, "$ttl") {
                let ttl = try TTLText.parse(&cursor, maximum: RecordHeader.maximumTTL)
                try cursor.requireEnd()
                defaultTTL = ttl
                return
            }
            if cursor.matches(directive, "$origin") {
                var wire: [UInt8] = []
                try NameText.parse(&cursor, into: &wire)
                try cursor.requireEnd()
                source.origin = wire
                return
            }
        } catch {
            throw EntryError(error)
        }
        guard cursor.tokens.count > 0 else { return }
        let directive = cursor.tokens[0]
        if cursor.matches(directive, "$include") {
            try include(&cursor, directive)
        } else if cursor.matches(directive, "$generate") {
            try generate(&cursor, directive)
        } else {
            throw EntryError(offset: directive.start, reason: .unknownDirective)
        }
    }

    /// `$INCLUDE path [origin]` (RFC 1035 5.1): the file's records come next; its `$ORIGIN` ends with it.
    private mutating func include(_ cursor: inout TextCursor, _ directive: TextToken) throws(EntryError) {
        guard let load = options.include else {
            throw EntryError(offset: directive.start, reason: .directiveNotAllowed("$INCLUDE"))
        }
        var path: [UInt8] = []
        var origin = source.origin
        let pathOffset = cursor.peek?.start ?? cursor.endOffset
        do throws(TextError) {
            try CharacterStringText.appendContent(try cursor.next("a path"), in: cursor.bytes, into: &path)
            if !cursor.isAtEnd {
                origin = []
                try NameText.parse(&cursor, into: &origin)
            }
            try cursor.requireEnd()
        } catch {
            throw EntryError(error)
        }
        guard suspended.count < options.maximumIncludeDepth else {
            throw EntryError(offset: directive.start, reason: .includeTooDeep(maximum: options.maximumIncludeDepth))
        }
        let file = String(decoding: path, as: UTF8.self)
        guard let text = load(file) else { throw EntryError(offset: pathOffset, reason: .includeNotFound(file)) }
        suspended.append(source)
        source = MasterFileSource(
            file: file,
            origin: origin,
            owner: source.owner,
            maximumEntryLength: options.maximumEntryLength
        )
        source.lexer.feed(text)
        source.lexer.finish()
    }
}
