// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

/// "Something about this zone was committed": one row of `distribution.outbox`.
package struct OutboxEntry: Sendable, Hashable {
    package let id: Int64
    package let zoneID: Int64
    /// Lower case, without the final dot; the root is `.`.
    package let zoneName: String
    package let version: Int64
    /// Touched owners relative to the apex (empty = the apex); nil = the whole zone.
    package let names: [String]?
    /// 0: interactive; 1: bulk.
    package let lane: Int16
    /// Seconds since it was written, by the database's clock.
    package let waited: Double

    init(row: PostgresRow) throws(PostgresError) {
        id = try row.decode("id")
        zoneID = try row.decode("zone_id")
        zoneName = try row.decode("zone_name")
        version = try row.decode("version")
        names = try row.decode("names")
        lane = try row.decode("lane")
        waited = try row.decode("waited")
    }
}
