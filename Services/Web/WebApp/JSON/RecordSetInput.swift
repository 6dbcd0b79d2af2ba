// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain

/// An RRset as a client wants it: `{"ttl":…,"records":[…]}`, where a record is its content or an object.
struct RecordSetInput {
    /// The records with the RRset's name, type and TTL.
    let records: [RecordInput]

    /// The RRset in the body of a PUT to its own path.
    ///
    /// - Throws: `ValidationErrors` by field.
    init(_ object: JSONObject, name: String, type: String) throws(ValidationErrors) {
        var reader = FieldReader(object)
        let ttl = reader.integer("ttl")
        let values = reader.array("records")
        var errors = reader.errors
        if values == nil, errors.isEmpty {
            errors.add("records", "can't be blank")
        }
        var records: [RecordInput] = []
        for value in values ?? [] {
            var record = RecordInput(name: name, type: type, ttl: ttl)
            switch value {
            case .string(let content):
                record.content = content
            case .object(let fields):
                var reader = FieldReader(fields)
                record.content = reader.string("content")
                record.priority = reader.integer("priority")
                record.regions = reader.strings("regions")
                errors.merge(reader.errors)
            default:
                errors.add("records", "must be an array of strings or objects")
            }
            records.append(record)
        }
        try errors.throwIfAny()
        self.records = records
    }

    /// The records of all RRsets in the body of a PUT of a whole zone, without those that the platform makes: what a
    /// client has read it may send back.
    ///
    /// - Throws: `ValidationErrors` by field.
    static func zone(_ object: JSONObject) throws(ValidationErrors) -> [RecordInput] {
        var reader = FieldReader(object)
        let sets = reader.array("rrsets")
        try reader.errors.throwIfAny()
        guard let sets else { throw ValidationErrors("rrsets", "can't be blank") }
        var records: [RecordInput] = []
        for value in sets {
            guard case .object(let set) = value else {
                throw ValidationErrors("rrsets", "must be an array of objects")
            }
            var reader = FieldReader(set)
            let name = reader.string("name") ?? ""
            let type = reader.string("type") ?? ""
            try reader.errors.throwIfAny()
            let isApex = name.isEmpty || name == "@"
            if isApex, ["SOA", "NS"].contains(type.uppercased()) {
                continue
            }
            records += try RecordSetInput(set, name: name, type: type).records
        }
        return records
    }
}
