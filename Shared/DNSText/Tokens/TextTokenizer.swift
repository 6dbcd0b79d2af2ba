// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Cuts one piece of text into tokens: for a record or an RDATA that stands alone.
enum TextTokenizer {
    /// The lexer holding the tokens of `text`, which must be one entry, or none at all.
    static func tokens(of text: [UInt8]) throws(TextError) -> EntryLexer {
        var lexer = EntryLexer(whole: text)
        _ = lexer.scan()
        if let fault = lexer.fault, case .syntax(let reason) = fault.reason {
            throw TextError(offset: fault.offset, reason: reason)
        }
        guard lexer.isConsumed else { throw TextError(offset: lexer.consumedCount, reason: .trailingText) }
        return lexer
    }
}
