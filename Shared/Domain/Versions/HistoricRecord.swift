// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A record as a zone's history keeps it: all that is needed to show a change and to take it back.
package struct HistoricRecord: Hashable, Sendable {
    package var id: Int64
    package var name: String
    package var type: String
    package var content: String
    package var ttl: Int32
    package var priority: Int32?
    package var regions: [String]
    package var isSystem: Bool

    package init(
        id: Int64,
        name: String,
        type: String,
        content: String,
        ttl: Int32,
        priority: Int32?,
        regions: [String],
        isSystem: Bool
    ) {
        self.id = id
        self.name = name
        self.type = type
        self.content = content
        self.ttl = ttl
        self.priority = priority
        self.regions = regions
        self.isSystem = isSystem
    }

    /// What a client would ask for to get this record.
    package var input: RecordInput {
        RecordInput(
            name: name,
            type: type,
            content: content,
            ttl: Int64(ttl),
            priority: priority.map(Int64.init),
            regions: regions
        )
    }
}

extension HistoricRecord: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("name", name)
            json.member("content", content)
            json.member("ttl", ttl)
            json.member("priority", priority)
            json.member("type", type)
            json.member("regions", regions)
            json.member("system_record", isSystem)
        }
    }
}
