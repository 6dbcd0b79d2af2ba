// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A record as a client asks for it: `POST …/records` and a batch's `creates`. Nil means that the field was not sent.
///
/// Fields of the wrong JSON type never come this far: the API layer reports them (`is not a number` and so on).
package struct RecordInput: Hashable, Sendable {
    package var name: String?
    package var type: String?
    package var content: String?
    package var ttl: Int64?
    package var priority: Int64?
    package var regions: [String]?

    package init(
        name: String? = nil,
        type: String? = nil,
        content: String? = nil,
        ttl: Int64? = nil,
        priority: Int64? = nil,
        regions: [String]? = nil
    ) {
        self.name = name
        self.type = type
        self.content = content
        self.ttl = ttl
        self.priority = priority
        self.regions = regions
    }
}

/// What a batch asks for; deletes are applied first, then updates, then creates.
package struct BatchInput: Hashable, Sendable {
    /// An item of `updates`: the fields given replace those of the record `id`. `type` may be repeated, not changed.
    package struct Update: Hashable, Sendable {
        package var id: Int64
        package var fields: RecordInput

        package init(id: Int64, fields: RecordInput) {
            self.id = id
            self.fields = fields
        }
    }

    package var creates: [RecordInput]
    package var updates: [Update]
    /// Record ids.
    package var deletes: [Int64]

    package init(creates: [RecordInput] = [], updates: [Update] = [], deletes: [Int64] = []) {
        self.creates = creates
        self.updates = updates
        self.deletes = deletes
    }
}

/// What a batch did, each list in the order of the request.
package struct BatchResult: Hashable, Sendable {
    package var creates: [ZoneRecord]
    package var updates: [ZoneRecord]
    /// Record ids.
    package var deletes: [Int64]

    package init(creates: [ZoneRecord], updates: [ZoneRecord], deletes: [Int64]) {
        self.creates = creates
        self.updates = updates
        self.deletes = deletes
    }
}
