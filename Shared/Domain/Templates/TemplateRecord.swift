// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One record of a template; its content may have variables (see `TemplateVariables`).
package struct TemplateRecord: Hashable, Sendable {
    package var id: Int64
    package var templateID: Int64
    /// Relative to the domain, lower case; empty at the apex.
    package var name: String
    /// As the customer sent it.
    package var content: String
    package var ttl: Int32
    package var priority: Int32?
    /// Upper-case mnemonic.
    package var type: String
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: Int64,
        templateID: Int64,
        name: String,
        content: String,
        ttl: Int32,
        priority: Int32?,
        type: String,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.templateID = templateID
        self.name = name
        self.content = content
        self.ttl = ttl
        self.priority = priority
        self.type = type
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// The record as a domain would get it.
    package func input(for domain: ZoneName) -> RecordInput {
        RecordInput(
            name: name,
            type: type,
            content: TemplateVariables(domain: domain).expand(content, type: type),
            ttl: Int64(ttl),
            priority: priority.map(Int64.init)
        )
    }
}

extension TemplateRecord: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("template_id", templateID)
            json.member("name", name)
            json.member("content", content)
            json.member("ttl", ttl)
            json.member("priority", priority)
            json.member("type", type)
            json.member("created_at", createdAt)
            json.member("updated_at", updatedAt)
        }
    }
}

/// What a template's records can be sorted by.
package enum TemplateRecordSortField: String, SortField {
    case id, name, content, type
}
