// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Cuts master-file text into entries and their tokens (RFC 1035 5.1), in whatever pieces the text comes.
///
/// An entry ends at the end of a line outside of parentheses and quotes. The state between two pieces is kept, so each
/// octet is looked at once however small the pieces are. What is kept is bounded: an entry longer than the limit is
/// skipped and reported.
struct EntryLexer {
    /// What `scan()` came to.
    enum Outcome {
        /// An entry with at least one token is complete.
        case entry
        /// All that was fed is consumed; more may follow.
        case needsMore
        /// All is consumed and the input was finished.
        case finished
    }

    /// Where the scan stands.
    private enum Mode {
        case between, bare, quoted, comment
    }

    /// A fault in the entry's own structure.
    struct Fault {
        var line: Int
        var column: Int
        /// The octet of the entry's buffer that the fault is about.
        var offset: Int
        var reason: MasterFileError.Reason
    }

    /// The text of the entry, and what was fed behind it.
    private(set) var bytes: [UInt8] = []
    /// The tokens of the entry.
    private(set) var tokens: [TextToken] = []
    /// Whether the entry begins with white space: the owner of the record before applies.
    private(set) var ownerIsOmitted = false
    /// The first thing wrong with the structure of the entry; the entry is to be skipped.
    private(set) var fault: Fault?
    /// The line that the scan stands in, counted from 1.
    private(set) var line = 1

    private let maximumEntryLength: Int
    private var mode = Mode.between
    private var isFinished = false
    private var entryIsComplete = false
    private var isAtEntryStart = true
    private var entryStart = 0
    private var position = 0
    private var lineStart = 0
    private var depth = 0
    private var parenthesisLine = 0
    private var parenthesisColumn = 0
    private var tokenStart = 0
    private var tokenHasEscape = false
    private var tokenIsAdjacent = false

    /// How many octets of the buffer are scanned.
    var consumedCount: Int { position }
    /// Whether nothing but white space and comments follows the entry in the buffer.
    var isConsumed: Bool { position == bytes.count }

    /// A lexer for entries of at most `maximumEntryLength` octets.
    init(maximumEntryLength: Int) {
        self.maximumEntryLength = maximumEntryLength
    }

    /// A lexer for a text that is there as a whole and is one entry: nothing is fed to it.
    init(whole text: [UInt8]) {
        maximumEntryLength = text.count + 1
        bytes = text
        isFinished = true
        // As many as most records have, so that they find room at once.
        tokens.reserveCapacity(12)
    }

    /// Appends a piece of the text. Call it when `scan()` wants more.
    mutating func feed(_ piece: some Collection<UInt8>) {
        startNextEntry()
        if entryStart > 0 {
            bytes.removeFirst(entryStart)
            shift(by: entryStart)
        }
        bytes.append(contentsOf: piece)
    }

    /// Says that no piece follows.
    mutating func finish() {
        isFinished = true
    }

    /// Goes on to the end of the next entry that has tokens or a fault.
    mutating func scan() -> Outcome {
        startNextEntry()
        while position < bytes.count {
            let isEntryEnd =
                switch mode {
                case .between: scanBetween()
                case .bare: scanBare()
                case .quoted: scanQuoted()
                case .comment: scanComment()
                }
            if isEntryEnd, endEntry() { return .entry }
            if position &- entryStart > maximumEntryLength { overflow() }
            if isStuck { break }
        }
        guard isFinished else { return .needsMore }
        return finishEntry() ? .entry : .finished
    }
}

// MARK: - Entries

extension EntryLexer {
    /// Whether the scan stands before a backslash whose next octet has not come yet.
    private var isStuck: Bool {
        !isFinished && position == bytes.count &- 1 && bytes[position] == Octet.backslash
            && (mode == .bare || mode == .quoted)
    }

    /// Forgets the entry that was handed out.
    private mutating func startNextEntry() {
        guard entryIsComplete else { return }
        entryIsComplete = false
        tokens.removeAll(keepingCapacity: true)
        fault = nil
        ownerIsOmitted = false
        isAtEntryStart = true
        entryStart = position
    }

    /// Moves all offsets when the front of the buffer goes away.
    private mutating func shift(by count: Int) {
        for index in tokens.indices {
            tokens[index].start -= count
            tokens[index].end -= count
        }
        position -= count
        lineStart -= count
        tokenStart -= count
        entryStart = 0
    }

    /// Ends the entry at the end of a line; true when it holds something.
    private mutating func endEntry() -> Bool {
        guard depth == 0 else { return false }
        guard tokens.isEmpty, fault == nil else {
            entryIsComplete = true
            return true
        }
        isAtEntryStart = true
        ownerIsOmitted = false
        entryStart = position
        return false
    }

    /// Ends the entry at the end of the input; true when it holds something.
    private mutating func finishEntry() -> Bool {
        switch mode {
        case .bare: endToken(isQuoted: false)
        case .quoted: noteFault(.syntax(.unclosedQuote), line: line, column: tokenStart - lineStart)
        case .between, .comment: break
        }
        mode = .between
        if depth > 0 {
            noteFault(.syntax(.unclosedParenthesis), line: parenthesisLine, column: parenthesisColumn)
            depth = 0
        }
        return endEntry()
    }

    /// Gives up the text of an entry that is too long; the scan goes on to the entry's end.
    private mutating func overflow() {
        noteFault(.entryTooLong(maximum: maximumEntryLength), line: line, column: max(1, position - lineStart))
        tokens.removeAll(keepingCapacity: true)
        entryStart = position
    }

    private mutating func noteFault(_ reason: MasterFileError.Reason, line: Int, column: Int) {
        if fault == nil { fault = Fault(line: line, column: column, offset: lineStart + column - 1, reason: reason) }
    }
}

// MARK: - Octets

extension EntryLexer {
    private mutating func endLine() {
        line &+= 1
        lineStart = position
    }

    /// White space, parentheses, and the first octet of what follows; true at the end of a line.
    private mutating func scanBetween() -> Bool {
        let octet = bytes[position]
        tokenIsAdjacent = !tokens.isEmpty && !isAtEntryStart && tokens[tokens.count &- 1].end == position
        switch octet {
        case Octet.space, Octet.tab, Octet.carriageReturn:
            if isAtEntryStart, octet != Octet.carriageReturn { ownerIsOmitted = true }
            position &+= 1
        case Octet.newline:
            position &+= 1
            endLine()
            return true
        case Octet.semicolon:
            mode = .comment
        case Octet.openParenthesis:
            if depth == 0 {
                parenthesisLine = line
                parenthesisColumn = position &- lineStart &+ 1
            }
            depth &+= 1
            position &+= 1
        case Octet.closeParenthesis:
            if depth == 0 {
                noteFault(.syntax(.unopenedParenthesis), line: line, column: position &- lineStart &+ 1)
            } else {
                depth &-= 1
            }
            position &+= 1
        case Octet.quote:
            position &+= 1
            mode = .quoted
            tokenStart = position
            tokenHasEscape = false
        default:
            mode = .bare
            tokenStart = position
            tokenHasEscape = false
        }
        isAtEntryStart = false
        return false
    }

    /// A token without quotes, up to the octet that ends it.
    private mutating func scanBare() -> Bool {
        let bytes = bytes
        var index = position
        while index < bytes.count {
            switch bytes[index] {
            case Octet.space, Octet.tab, Octet.carriageReturn, Octet.newline, Octet.semicolon, Octet.quote,
                Octet.openParenthesis, Octet.closeParenthesis:
                position = index
                endToken(isQuoted: false)
                mode = .between
                return false
            case Octet.backslash:
                tokenHasEscape = true
                guard index &+ 1 < bytes.count else {
                    position = isFinished ? bytes.count : index
                    return false
                }
                // An escaped end of line still ends the line: the parser refuses the lone backslash.
                index &+= bytes[index &+ 1] == Octet.newline ? 1 : 2
            default:
                index &+= 1
            }
        }
        position = index
        return false
    }

    /// A token in quotes, up to the closing one.
    private mutating func scanQuoted() -> Bool {
        let bytes = bytes
        var index = position
        while index < bytes.count {
            switch bytes[index] {
            case Octet.quote:
                position = index
                endToken(isQuoted: true)
                position = index &+ 1
                mode = .between
                return false
            case Octet.newline:
                noteFault(.syntax(.unclosedQuote), line: line, column: tokenStart &- lineStart)
                position = index
                mode = .between
                return false
            case Octet.backslash:
                tokenHasEscape = true
                guard index &+ 1 < bytes.count else {
                    position = isFinished ? bytes.count : index
                    return false
                }
                index &+= bytes[index &+ 1] == Octet.newline ? 1 : 2
            default:
                index &+= 1
            }
        }
        position = index
        return false
    }

    /// A comment, up to the end of the line.
    private mutating func scanComment() -> Bool {
        let bytes = bytes
        var index = position
        while index < bytes.count, bytes[index] != Octet.newline {
            index &+= 1
        }
        position = index
        // A comment in front of everything needs no room.
        if tokens.isEmpty, depth == 0 { entryStart = index }
        if index < bytes.count { mode = .between }
        return false
    }

    /// Takes what stands between the token's start and the position.
    private mutating func endToken(isQuoted: Bool) {
        guard fault == nil else { return }
        tokens.append(
            TextToken(
                start: tokenStart,
                end: position,
                line: Int32(truncatingIfNeeded: line),
                column: Int32(truncatingIfNeeded: tokenStart &- lineStart &+ 1),
                isQuoted: isQuoted,
                isAdjacent: tokenIsAdjacent,
                hasEscape: tokenHasEscape
            )
        )
    }
}
