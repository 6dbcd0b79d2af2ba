// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

extension StreamStore {
    /// What was published after `position`, up to the head, without the records; all live zones where `epoch` is not
    /// the database's, or the log does not reach back. Nil when something published has no position yet: then no
    /// position describes the published state.
    package func changes(after position: Int64, epoch: String?) async throws -> StreamUpdate? {
        try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { transaction in
            let rows = try await transaction.query(
                """
                SELECT \(StreamState.columns),
                    EXISTS (SELECT FROM distribution.log WHERE pos IS NULL) AS unsequenced
                FROM distribution.stream WHERE id = 1
                """
            )
            guard let row = rows.first, try !row.decode("unsequenced", as: Bool.self) else { return nil }
            let state = try StreamState(row: row)
            let isWhole = epoch != state.epoch || position < state.floor || position > state.head
            let source: PostgresQuery =
                if isWhole {
                    """
                    SELECT false AS deletion, name, zone_id, version, serial, hash
                    FROM distribution.zone WHERE live ORDER BY zone_id
                    """
                } else {
                    """
                    SELECT op = 'D' AS deletion, zone_name AS name, zone_id, version, serial, hash
                    FROM distribution.log WHERE pos > \(position) ORDER BY pos
                    """
                }
            let changes = try await transaction.query(source)
            return StreamUpdate(
                epoch: state.epoch,
                position: state.head,
                isWhole: isWhole,
                changes: try changes.map { row throws(PostgresError) in try StreamChange(row: row) }
            )
        }
    }
}
