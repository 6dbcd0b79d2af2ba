// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

/// What one region gets of an entry in place of the entry's own hash and difference: one row of
/// `distribution.regional_log`.
package struct LogEntryPart: Sendable, Hashable {
    /// The zone hash in the region, 32 octets.
    package let hash: [UInt8]
    package let removed: Int32
    package let added: Int32
    package let diff: String?

    init(row: PostgresRow) throws(PostgresError) {
        hash = try row.decode("hash")
        removed = try row.decode("removed")
        added = try row.decode("added")
        diff = try row.decode("diff")
    }
}
