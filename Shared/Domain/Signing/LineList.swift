// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What is to be told about lines of a file: the first ones, and the number of the others.
struct LineList {
    /// Enough to see what is wrong.
    private static let maximum = 100

    private var lines: [ZoneImportError.Line] = []
    private var omitted = 0

    mutating func add(_ line: Int, _ reason: String) {
        if lines.count < Self.maximum {
            lines.append(ZoneImportError.Line(line: line, reason: reason))
        } else {
            omitted += 1
        }
    }

    var isEmpty: Bool {
        lines.isEmpty
    }

    /// In line order; what was left out comes last.
    var all: [ZoneImportError.Line] {
        let sorted = lines.sorted { $0.line < $1.line }
        return omitted == 0 ? sorted : sorted + [ZoneImportError.Line(line: 0, reason: "\(omitted) more of this kind")]
    }
}
