// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain

extension RecordInput {
    /// The record fields of `object`. Members that are no field of a record are ignored: clients send `id`, `zone_id`
    /// and more of what they once received.
    ///
    /// - Throws: every field of a wrong type.
    init(_ object: JSONObject) throws(ValidationErrors) {
        var reader = FieldReader(object)
        self.init(
            name: reader.string("name"),
            type: reader.string("type"),
            content: reader.string("content"),
            ttl: reader.integer("ttl"),
            priority: reader.integer("priority"),
            regions: reader.strings("regions")
        )
        try reader.errors.throwIfAny()
    }
}
