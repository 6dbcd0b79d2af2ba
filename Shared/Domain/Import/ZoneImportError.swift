// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Why a zone file was refused: every error found, by line. Nothing was changed.
package struct ZoneImportError: Error, Hashable, Sendable {
    /// One error of the file.
    package struct Line: Hashable, Sendable {
        /// From 1; 0 where the error is about the whole file.
        package var line: Int
        /// From 1; 0 where the error is about the whole line.
        package var column: Int
        package var reason: String

        package init(line: Int, column: Int = 0, reason: String) {
            self.line = line
            self.column = column
            self.reason = reason
        }
    }

    /// In line order.
    package var lines: [Line]

    package init(lines: [Line]) {
        self.lines = lines
    }
}
