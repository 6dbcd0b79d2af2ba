// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The records of one name and type (RFC 2181 section 5), as the API's own prefix shows them.
package struct RecordSet: Hashable, Sendable {
    package var name: String
    package var type: String
    /// In the order of their ids; never empty.
    package var records: [ZoneRecord]

    package init(name: String, type: String, records: [ZoneRecord]) {
        self.name = name
        self.type = type
        self.records = records
    }

    /// What is served: an RRset has one TTL, the smallest of its records'.
    package var ttl: Int32 {
        records.map(\.ttl).min() ?? 0
    }
}

extension RecordSet: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            json.member("type", type)
            json.member("ttl", ttl)
            json.array("records") { json in
                for record in records {
                    json.object { json in
                        json.member("id", record.id)
                        json.member("content", record.content)
                        json.member("priority", record.priority)
                        json.member("regions", record.regions)
                    }
                }
            }
            json.member("system_record", records.contains { $0.systemRecord })
        }
    }
}
