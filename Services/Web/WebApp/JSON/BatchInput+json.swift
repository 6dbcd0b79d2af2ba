// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain

extension BatchInput {
    /// The three lists of a batch's body; each may be left out.
    ///
    /// - Throws: `ValidationErrors` where a list is no list, `BatchErrors` for items of the wrong form.
    init(_ object: JSONObject) throws {
        var reader = FieldReader(object)
        let creates = reader.array("creates") ?? []
        let updates = reader.array("updates") ?? []
        let deletes = reader.array("deletes") ?? []
        try reader.errors.throwIfAny()

        self.init()
        var errors = BatchErrors()
        self.creates = Self.items(creates, errors: &errors.creates) { item throws(ValidationErrors) in
            try RecordInput(item)
        }
        self.updates = Self.items(updates, errors: &errors.updates) { item throws(ValidationErrors) in
            Update(id: try Self.id(item), fields: try RecordInput(item))
        }
        self.deletes = Self.items(deletes, errors: &errors.deletes) { item throws(ValidationErrors) in
            try Self.id(item)
        }
        if !errors.isEmpty {
            throw errors
        }
    }

    /// What `convert` makes of each item; what it refuses is noted under the item's index.
    private static func items<Item>(
        _ values: [JSONValue],
        errors: inout [BatchErrors.Item],
        convert: (JSONObject) throws(ValidationErrors) -> Item
    ) -> [Item] {
        var items: [Item] = []
        items.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            guard case .object(let object) = value else {
                errors.append(.invalid(index, ValidationErrors("base", "must be an object")))
                continue
            }
            do throws(ValidationErrors) {
                items.append(try convert(object))
            } catch {
                errors.append(.invalid(index, error))
            }
        }
        return items
    }

    private static func id(_ object: JSONObject) throws(ValidationErrors) -> Int64 {
        var reader = FieldReader(object)
        let id = reader.integer("id")
        try reader.errors.throwIfAny()
        guard let id else { throw ValidationErrors("id", "can't be blank") }
        return id
    }
}
