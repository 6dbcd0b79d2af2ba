// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

/// The hash of a live zone in a region where it differs from what is published everywhere.
package struct RegionalHash: Sendable, Hashable {
    /// Lower case, without the final dot; the root is `.`.
    package let zoneName: String
    package let zoneID: Int64
    package let region: String
    /// The zone hash in the region, 32 octets.
    package let hash: [UInt8]

    init(row: PostgresRow) throws(PostgresError) {
        zoneName = try row.decode("name")
        zoneID = try row.decode("zone_id")
        region = try row.decode("region")
        hash = try row.decode("hash")
    }
}
