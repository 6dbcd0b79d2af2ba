// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// A row of a zone as the rules see it.
package struct StoredRecord: Hashable, Sendable {
    package var id: Int64
    package var name: String
    package var type: RRType
    package var content: String
    package var ttl: Int32
    package var priority: Int32?
    package var regions: [String]
    package var isSystem: Bool
    /// Canonical form.
    package var rdata: [UInt8]
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: Int64,
        name: String,
        type: RRType,
        content: String,
        ttl: Int32,
        priority: Int32?,
        regions: [String],
        isSystem: Bool,
        rdata: [UInt8],
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.name = name
        self.type = type
        self.content = content
        self.ttl = ttl
        self.priority = priority
        self.regions = regions
        self.isSystem = isSystem
        self.rdata = rdata
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }

    /// The record as the API shows it.
    package func entity(zoneName: String) -> ZoneRecord {
        ZoneRecord(
            id: id,
            zoneName: zoneName,
            name: name,
            content: content,
            ttl: ttl,
            priority: priority,
            type: type.apiName,
            regions: regions,
            systemRecord: isSystem,
            createdAt: createdAt,
            updatedAt: updatedAt
        )
    }
}
