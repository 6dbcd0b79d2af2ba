// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain

extension JSONObject {
    /// What `fields` makes of the object's members.
    ///
    /// Controllers read bodies this way, never with a reader of their own: the release compiler (Swift 6.3) crashes on
    /// coroutines that hold one.
    ///
    /// - Throws: every field of a wrong type, together, and what `fields` throws.
    @inline(never)
    func read<Fields>(_ fields: (inout FieldReader) throws -> Fields) throws -> Fields {
        var reader = FieldReader(self)
        let read = try fields(&reader)
        try reader.errors.throwIfAny()
        return read
    }
}
