// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What is wrong with an input: field → messages, in the order in which they were found.
///
/// `base` stands for the record as a whole and `record_type` for an unsupported record type.
package struct ValidationErrors: Error, Hashable, Sendable {
    /// The messages of one field.
    package struct Field: Hashable, Sendable {
        package var name: String
        package var messages: [String]
    }

    package private(set) var fields: [Field] = []

    package init() {}

    package init(_ field: String, _ message: String) {
        add(field, message)
    }

    package var isEmpty: Bool {
        fields.isEmpty
    }

    /// The messages of a field; empty when it has none.
    package subscript(field: String) -> [String] {
        fields.first { $0.name == field }?.messages ?? []
    }

    /// Adds a message to a field; the same message is kept once.
    package mutating func add(_ field: String, _ message: String) {
        guard let index = fields.firstIndex(where: { $0.name == field }) else {
            fields.append(Field(name: field, messages: [message]))
            return
        }
        if !fields[index].messages.contains(message) {
            fields[index].messages.append(message)
        }
    }

    /// Adds every message of `other`.
    package mutating func merge(_ other: ValidationErrors) {
        for field in other.fields {
            for message in field.messages {
                add(field.name, message)
            }
        }
    }

    /// Throws itself unless empty.
    package func throwIfAny() throws(ValidationErrors) {
        if !isEmpty {
            throw self
        }
    }
}
