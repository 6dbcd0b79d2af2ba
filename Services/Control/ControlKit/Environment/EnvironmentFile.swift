// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// `.zonewright/env`: shell variables that scripts may source.
struct EnvironmentFile {
    /// The names and values, in the order in which they are written.
    var variables: [(name: String, value: String)]

    /// The value of `name`, if the file has it.
    subscript(_ name: String) -> String? {
        variables.first { $0.name == name }?.value
    }

    /// The file as a shell reads it: every value in single quotes.
    var text: String {
        variables.map { "\($0.name)='\($0.value.replacing("'", with: "'\\''"))'\n" }.joined()
    }

    init(_ variables: [(name: String, value: String)]) {
        self.variables = variables
    }

    /// Reads what `text` wrote; nil when there is no such file.
    init?(path: String) {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        variables = text.split(separator: "\n").compactMap(Self.variable)
    }

    private static func variable(_ line: Substring) -> (name: String, value: String)? {
        guard let equals = line.firstIndex(of: "=") else { return nil }
        var value = line[line.index(after: equals)...]
        if value.count >= 2, value.hasPrefix("'"), value.hasSuffix("'") { value = value.dropFirst().dropLast() }
        return (name: String(line[..<equals]), value: String(value).replacing("'\\''", with: "'"))
    }
}
