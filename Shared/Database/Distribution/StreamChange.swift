// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

/// What a position, or a live zone, adds to the set hash.
package struct StreamChange: Sendable, Hashable {
    /// Whether the zone is no longer served.
    package let isDeletion: Bool
    /// Lower case, without the final dot; the root is `.`.
    package let zoneName: String
    package let zoneID: Int64
    package let version: Int64
    package let serial: UInt32
    package let hash: [UInt8]
    /// The zone hash in regions whose own it was before or is now; only those that were asked for.
    package let regional: [String: [UInt8]]

    init(row: PostgresRow, regional: [String: [UInt8]] = [:]) throws(PostgresError) {
        self.regional = regional
        isDeletion = try row.decode("deletion")
        zoneName = try row.decode("name")
        zoneID = try row.decode("zone_id")
        version = try row.decode("version")
        serial = UInt32(truncatingIfNeeded: try row.decode("serial", as: Int64.self))
        hash = try row.decode("hash")
    }
}
