// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One token of an entry: a stretch of the buffer, and where it stood in the text.
struct TextToken {
    /// The first octet in the buffer, behind the opening quote if there is one.
    var start: Int
    /// The octet behind the last one, the closing quote not included.
    var end: Int
    /// The line of the first octet, counted from 1.
    var line: Int32
    /// The column of the first octet, counted from 1.
    var column: Int32
    /// Whether the token stood in quotes.
    var isQuoted: Bool
    /// Whether it follows the token before without white space, as the quotes in `alpn="h2"`.
    var isAdjacent: Bool
    /// Whether it holds a backslash.
    var hasEscape: Bool

    /// The number of octets, escapes not yet decoded.
    var count: Int { end &- start }
}
