// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What people write beside a domain or record.
package struct Note: Hashable, Sendable {
    /// Characters of a note.
    package static let maximumLength = 4_000

    /// Nil where there is none.
    package var text: String?

    /// A note that is known to be good.
    package init(_ text: String?) {
        self.text = text
    }

    /// The note that a client sent: not blank, and without control characters but tabs and line ends.
    ///
    /// - Throws: `ValidationErrors` for `note`.
    package init(customer text: String) throws(ValidationErrors) {
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw ValidationErrors("note", "can't be blank")
        }
        guard text.unicodeScalars.count <= Self.maximumLength else {
            throw ValidationErrors("note", "is too long (maximum is \(Self.maximumLength) characters)")
        }
        let permitted: Set<Unicode.Scalar> = ["\t", "\n", "\r"]
        guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control || permitted.contains($0) })
        else {
            throw ValidationErrors("note", "may not have control characters")
        }
        self.text = text
    }
}

extension Note: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { $0.member("note", text) }
    }
}
