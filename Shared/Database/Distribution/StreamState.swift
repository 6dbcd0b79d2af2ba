// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

/// Where the stream stands.
package struct StreamState: Sendable, Hashable {
    /// Names the database's history: `system identifier:timeline:restore counter`. Positions of another epoch mean
    /// nothing here.
    package let epoch: String
    /// The newest position; 0 before the first.
    package let head: Int64
    /// Entries after this position are kept.
    package let floor: Int64

    /// The columns of `distribution.stream` that `init(row:)` reads.
    ///
    /// The timeline is that of the current WAL file: the control file tells the new one only after the first
    /// checkpoint that follows a promotion.
    static let columns: PostgresQuery = """
        (SELECT system_identifier FROM pg_control_system())::text
            || ':' || ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer
            || ':' || restore_counter AS epoch,
        head, floor
        """

    init(row: PostgresRow) throws(PostgresError) {
        epoch = try row.decode("epoch")
        head = try row.decode("head")
        floor = try row.decode("floor")
    }
}
