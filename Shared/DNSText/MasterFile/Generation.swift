// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A `$GENERATE` at work: the text of its record with `$` and `${offset,width,base}` for the number.
struct Generation: Sendable {
    /// Where the directive stands.
    let line: Int
    let column: Int

    private let template: [UInt8]
    private let last: Int
    private let step: Int
    private var number: Int

    init(template: [UInt8], numbers: ClosedRange<Int>, step: Int, line: Int, column: Int) {
        self.template = template
        self.number = numbers.lowerBound
        self.last = numbers.upperBound
        self.step = step
        self.line = line
        self.column = column
    }

    /// The next number; nil behind the last one.
    mutating func next() -> Int? {
        guard number <= last else { return nil }
        let current = number
        number += step
        return current
    }

    /// The tokens of the record for `number`.
    func entry(for number: Int) throws(EntryError) -> EntryLexer {
        let text = try text(for: number)
        do throws(TextError) {
            return try TextTokenizer.tokens(of: text)
        } catch {
            throw EntryError(error)
        }
    }

    /// The template with the number put in: `$$` stands for a dollar sign, as does `\$`.
    private func text(for number: Int) throws(EntryError) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(template.count + 16)
        var index = 0
        while index < template.count {
            let octet = template[index]
            index += 1
            if octet == Octet.backslash, index < template.count {
                text.append(octet)
                text.append(template[index])
                index += 1
            } else if octet != Octet.dollar {
                text.append(octet)
            } else if index < template.count, template[index] == Octet.dollar {
                text.append(Octet.backslash)
                text.append(Octet.dollar)
                index += 1
            } else if index < template.count, template[index] == Octet.openBrace {
                guard let end = template[index...].firstIndex(of: Octet.closeBrace),
                    let modifier = Modifier(template[(index + 1)..<end])
                else { throw EntryError(offset: 0, reason: .badModifier) }
                modifier.print(number, into: &text)
                index = end + 1
            } else {
                NumberText.print(UInt64(number), into: &text)
            }
        }
        return text
    }
}

extension Generation {
    /// What stands between the braces of `${offset,width,base}`.
    private struct Modifier {
        private enum Base {
            case decimal, octal, lowerHex, upperHex, lowerNibbles, upperNibbles
        }

        /// The widest number, as in BIND: a label's length is far below it.
        private static let maximumWidth = 255

        private var offset = 0
        private var width = 0
        private var base = Base.decimal

        init?(_ text: ArraySlice<UInt8>) {
            let parts = text.split(separator: Octet.comma, omittingEmptySubsequences: false)
            guard (1...3).contains(parts.count),
                let offset = Int(String(decoding: parts[0], as: UTF8.self)), offset.magnitude <= 0x7FFF_FFFF
            else { return nil }
            self.offset = offset
            if parts.count > 1 {
                guard let width = Int(String(decoding: parts[1], as: UTF8.self)),
                    (0...Self.maximumWidth).contains(width)
                else { return nil }
                self.width = width
            }
            if parts.count > 2 {
                guard let base = Self.base(String(decoding: parts[2], as: UTF8.self)) else { return nil }
                self.base = base
            }
        }

        private static func base(_ letter: String) -> Base? {
            switch letter {
            case "d": .decimal
            case "o": .octal
            case "x": .lowerHex
            case "X": .upperHex
            case "n": .lowerNibbles
            case "N": .upperNibbles
            default: nil
            }
        }

        /// Appends the number plus the offset, zeros in front up to the width; a negative sum counts as 0.
        func print(_ number: Int, into text: inout [UInt8]) {
            let value = max(0, number + offset)
            switch base {
            case .decimal: text.append(contentsOf: padded(String(value)).utf8)
            case .octal: text.append(contentsOf: padded(String(value, radix: 8)).utf8)
            case .lowerHex: text.append(contentsOf: padded(String(value, radix: 16)).utf8)
            case .upperHex: text.append(contentsOf: padded(String(value, radix: 16, uppercase: true)).utf8)
            case .lowerNibbles: printNibbles(value, isUppercase: false, into: &text)
            case .upperNibbles: printNibbles(value, isUppercase: true, into: &text)
            }
        }

        private func padded(_ digits: String) -> String {
            String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
        }

        /// Hexadecimal digits, the last one first, with dots: for the reverse tree. The width counts the dots.
        private func printNibbles(_ value: Int, isUppercase: Bool, into text: inout [UInt8]) {
            var digits = Array(String(value, radix: 16, uppercase: isUppercase).utf8.reversed())
            while digits.count * 2 - 1 < width { digits.append(Octet.zero) }
            for (index, digit) in digits.enumerated() {
                if index > 0 { text.append(Octet.dot) }
                text.append(digit)
            }
        }
    }
}
