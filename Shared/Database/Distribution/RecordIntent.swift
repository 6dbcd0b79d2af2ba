// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

/// A record as its owner wants it, as far as publishing is concerned.
package struct RecordIntent: Sendable, Hashable {
    package let zoneID: Int64
    /// Relative to the apex, lower case; empty for the apex.
    package let name: String
    /// The type's mnemonic.
    package let type: String
    package let content: String
    /// Seconds.
    package let ttl: Int32
    package let priority: Int32?
    /// The regions that it is limited to; nil for everywhere.
    package let regions: [String]?

    package init(
        zoneID: Int64,
        name: String,
        type: String,
        content: String,
        ttl: Int32,
        priority: Int32?,
        regions: [String]? = nil
    ) {
        self.zoneID = zoneID
        self.name = name
        self.type = type
        self.content = content
        self.ttl = ttl
        self.priority = priority
        self.regions = regions
    }

    init(row: PostgresRow) throws(PostgresError) {
        zoneID = try row.decode(0)
        name = try row.decode(1)
        type = try row.decode(2)
        content = try row.decode(3)
        ttl = try row.decode(4)
        priority = try row.decode(5)
        regions = try row.decode(6)
    }
}
