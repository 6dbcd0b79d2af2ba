// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

/// What is published of a zone: one row of `distribution.zone`.
package struct PublishedZone: Sendable, Hashable {
    package let id: Int64
    /// Lower case, without the final dot; the root is `.`.
    package let name: String
    package let version: Int64
    package let serial: UInt32
    /// Whether responders should serve it.
    package let isLive: Bool
    /// Records in all its RRsets.
    package let recordCount: Int64
    /// The zone hash, 32 octets.
    package let hash: [UInt8]
    /// Where it differs from what is published everywhere.
    package let regions: [String]

    package init(
        id: Int64,
        name: String,
        version: Int64,
        serial: UInt32,
        isLive: Bool,
        recordCount: Int64,
        hash: [UInt8],
        regions: [String] = []
    ) {
        self.id = id
        self.name = name
        self.version = version
        self.serial = serial
        self.isLive = isLive
        self.recordCount = recordCount
        self.hash = hash
        self.regions = regions
    }

    init(row: PostgresRow) throws(PostgresError) {
        id = try row.decode("zone_id")
        name = try row.decode("name")
        version = try row.decode("version")
        serial = UInt32(truncatingIfNeeded: try row.decode("serial", as: Int64.self))
        isLive = try row.decode("live")
        recordCount = try row.decode("rr_count")
        hash = try row.decode("hash")
        regions = try row.decode("regions", as: [String]?.self) ?? []
    }

    /// The columns that `init(row:)` reads.
    static let columns: PostgresQuery = "zone_id, name, version, serial, live, rr_count, hash, regions"
}
