// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Why a batch was refused: the failing items of each list, by index. Nothing of the batch was applied.
package struct BatchErrors: Error, Hashable, Sendable {
    /// One failing item.
    package struct Item: Hashable, Sendable {
        /// Position in the request's list, from 0.
        package var index: Int
        package var message: String
        /// Field errors; nil where the message says it all.
        package var errors: ValidationErrors?

        package init(index: Int, message: String, errors: ValidationErrors? = nil) {
            self.index = index
            self.message = message
            self.errors = errors
        }

        /// The item at `index` failed validation.
        package static func invalid(_ index: Int, _ errors: ValidationErrors) -> Item {
            Item(index: index, message: "Validation failed", errors: errors)
        }

        /// The item at `index` names a record that the zone does not have.
        package static func recordNotFound(_ index: Int, id: Int64) -> Item {
            Item(index: index, message: "Record not found ID=\(id)")
        }
    }

    package var creates: [Item] = []
    package var updates: [Item] = []
    package var deletes: [Item] = []

    package init() {}

    package var isEmpty: Bool {
        creates.isEmpty && updates.isEmpty && deletes.isEmpty
    }
}
