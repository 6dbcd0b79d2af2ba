// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// Just enough of a JSON answer for a test: it looks values up by name in the text itself.
struct JSONText {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    /// The first integer called `name`.
    func integer(_ name: String) -> Int? {
        values(#""\#(name)":(-?[0-9]+)"#).first.flatMap(Int.init)
    }

    /// All strings called `name`.
    func strings(_ name: String) -> [String] {
        values(#""\#(name)":"([^"]*)""#)
    }

    private func values(_ pattern: String) -> [String] {
        guard let expression = try? NSRegularExpression(pattern: pattern) else { return [] }
        return expression.matches(in: text, range: NSRange(text.startIndex..., in: text)).compactMap { match in
            Range(match.range(at: 1), in: text).map { String(text[$0]) }
        }
    }
}
