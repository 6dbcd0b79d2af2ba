// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One record of a zone, in the API's form.
package struct ZoneRecord: Hashable, Sendable {
    package var id: Int64
    /// The zone's NAME: what the API calls `zone_id`.
    package var zoneName: String
    /// Owner relative to the zone, lower case; empty at the apex.
    package var name: String
    /// Content in the API's normal form (see `RecordContent`).
    package var content: String
    package var ttl: Int32
    /// Only of types with a split priority: MX and SRV.
    package var priority: Int32?
    /// Upper-case mnemonic, or `TYPEnn`.
    package var type: String
    package var regions: [String]
    /// Owned by the platform (SOA and apex NS): shown, but not editable as a record.
    package var systemRecord: Bool
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: Int64,
        zoneName: String,
        name: String,
        content: String,
        ttl: Int32,
        priority: Int32?,
        type: String,
        regions: [String],
        systemRecord: Bool,
        createdAt: Timestamp,
        updatedAt: Timestamp
    ) {
        self.id = id
        self.zoneName = zoneName
        self.name = name
        self.content = content
        self.ttl = ttl
        self.priority = priority
        self.type = type
        self.regions = regions
        self.systemRecord = systemRecord
        self.createdAt = createdAt
        self.updatedAt = updatedAt
    }
}
