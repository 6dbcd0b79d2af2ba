// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

extension MasterFileReader {
    /// `$GENERATE range owner [TTL] [class] type RDATA`, as BIND has it: one record for each number of the range.
    mutating func generate(_ cursor: inout TextCursor, _ directive: TextToken) throws(EntryError) {
        guard options.maximumGenerated > 0 else {
            throw EntryError(offset: directive.start, reason: .directiveNotAllowed("$GENERATE"))
        }
        let range: TextToken
        do throws(TextError) {
            range = try cursor.next("a range")
        } catch {
            throw EntryError(error)
        }
        guard !cursor.isAtEnd else {
            throw EntryError(offset: cursor.endOffset, reason: .syntax(.missing("an owner")))
        }
        guard let (numbers, step) = Self.numbers(range, in: cursor.bytes) else {
            throw EntryError(offset: range.start, reason: .badRange)
        }
        let count = (numbers.upperBound - numbers.lowerBound) / step + 1
        guard count <= options.maximumGenerated - generatedCount else {
            throw EntryError(offset: range.start, reason: .tooManyGenerated(maximum: options.maximumGenerated))
        }
        generatedCount += count
        var template: [UInt8] = []
        while let token = cursor.peek {
            cursor.index += 1
            if !template.isEmpty, !token.isAdjacent { template.append(Octet.space) }
            if token.isQuoted { template.append(Octet.quote) }
            for index in token.start..<token.end { template.append(cursor.bytes[index]) }
            if token.isQuoted { template.append(Octet.quote) }
        }
        generation = Generation(
            template: template,
            numbers: numbers,
            step: step,
            line: Int(directive.line),
            column: Int(directive.column)
        )
    }

    /// The next record of the `$GENERATE` in hand; nil when it has no more or went wrong, which is then reported.
    mutating func nextGenerated() -> MasterFileRecord? {
        guard var current = generation else { return nil }
        generation = nil
        guard let number = current.next() else { return nil }
        do throws(EntryError) {
            let lexer = try current.entry(for: number)
            let origin = source.origin
            var cursor = TextCursor(bytes: lexer.bytes.span, tokens: lexer.tokens.span, origin: origin.span)
            let record = try readRecord(&cursor, ownerIsOmitted: false)
            generation = current
            return MasterFileRecord(record: record, line: current.line, file: source.file)
        } catch {
            report(line: current.line, column: current.column, error.reason)
            return nil
        }
    }

    /// The numbers of a range as `first-last` or `first-last/step`; nil when it is not one.
    private static func numbers(_ token: TextToken, in bytes: Span<UInt8>) -> (ClosedRange<Int>, step: Int)? {
        var parts: [Int] = [0]
        var separators: [UInt8] = []
        var digits = 0
        for index in token.start..<token.end {
            if let digit = Octet.digit(bytes[index]) {
                parts[parts.count - 1] = parts[parts.count - 1] * 10 + Int(digit)
                digits += 1
                guard parts[parts.count - 1] <= 0x7FFF_FFFF else { return nil }
            } else {
                guard digits > 0 else { return nil }
                separators.append(bytes[index])
                parts.append(0)
                digits = 0
            }
        }
        guard digits > 0 else { return nil }
        switch separators {
        case [Octet.hyphen]: parts.append(1)
        case [Octet.hyphen, Octet.slash]: break
        default: return nil
        }
        guard parts[0] <= parts[1], parts[2] > 0 else { return nil }
        return (parts[0]...parts[1], parts[2])
    }
}
