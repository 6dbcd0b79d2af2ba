// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Why a file that was named in the options cannot be used. Never says what is in it.
package struct UnusableFile: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file to look at.
    package let path: String
    /// What is wrong with it: the rest of a sentence that begins with its name.
    package let reason: String

    /// A file and what is wrong with it.
    package init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    /// The file and what is wrong with it.
    package var description: String { "\(path): \(reason)" }
}
