// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

/// A zone as its owner wants it.
package struct ZoneIntent: Sendable, Hashable {
    package let id: Int64
    /// Lower case, without the final dot; the root is `.`.
    package let name: String
    package let isActive: Bool
    /// Grows with every change.
    package let version: Int64
    /// Whether the zone is served as it was signed elsewhere, or transferred in, so that its serial must stay.
    package let keepsSerial: Bool

    init(row: PostgresRow) throws(PostgresError) {
        id = try row.decode("id")
        name = try row.decode("name")
        isActive = try row.decode("active")
        version = try row.decode("version")
        keepsSerial = try row.decode("keeps_serial")
    }
}
