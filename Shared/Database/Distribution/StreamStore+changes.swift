// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

extension StreamStore {
    /// Changes read at once.
    private static let changesPage: Int64 = 10_000

    /// Hands over what was published after `position`, up to the head, without the records, in parts; all live zones
    /// where `epoch` is not the database's, or the log does not reach back. Nothing, and false, when something published
    /// has no position yet: then no position describes the published state.
    package func changes(
        after position: Int64,
        epoch: String?,
        _ take: @Sendable (StreamUpdate) async throws -> Void
    ) async throws -> Bool {
        try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { transaction in
            let rows = try await transaction.query(
                """
                SELECT \(StreamState.columns),
                    EXISTS (SELECT FROM distribution.log WHERE pos IS NULL) AS unsequenced
                FROM distribution.stream WHERE id = 1
                """
            )
            guard let row = rows.first, try !row.decode("unsequenced", as: Bool.self) else { return false }
            let state = try StreamState(row: row)
            if epoch != state.epoch || position < state.floor || position > state.head {
                try await allZones(state, in: transaction, take)
            } else {
                try await log(after: position, state, in: transaction, take)
            }
            return true
        }
    }

    private func allZones(
        _ state: StreamState,
        in transaction: PostgresTransaction,
        _ take: (StreamUpdate) async throws -> Void
    ) async throws {
        var last: Int64?
        while true {
            let rows = try await transaction.query(
                """
                SELECT false AS deletion, name, zone_id, version, serial, hash
                FROM distribution.zone WHERE live AND zone_id > \(last ?? 0)
                ORDER BY zone_id LIMIT \(Self.changesPage)
                """
            )
            let changes = try rows.map { row throws(PostgresError) in try StreamChange(row: row) }
            let isLast = changes.count < Int(Self.changesPage)
            try await take(
                StreamUpdate(
                    epoch: state.epoch,
                    position: isLast ? state.head : nil,
                    startsAnew: last == nil,
                    changes: changes
                )
            )
            guard !isLast, let end = changes.last else { return }
            last = end.zoneID
        }
    }

    private func log(
        after position: Int64,
        _ state: StreamState,
        in transaction: PostgresTransaction,
        _ take: (StreamUpdate) async throws -> Void
    ) async throws {
        var last = position
        while last < state.head {
            let rows = try await transaction.query(
                """
                SELECT op = 'D' AS deletion, zone_name AS name, zone_id, version, serial, hash
                FROM distribution.log WHERE pos > \(last) ORDER BY pos LIMIT \(Self.changesPage)
                """
            )
            // Positions are dense.
            last = rows.isEmpty ? state.head : min(last + Int64(rows.count), state.head)
            let changes = try rows.map { row throws(PostgresError) in try StreamChange(row: row) }
            try await take(StreamUpdate(epoch: state.epoch, position: last, startsAnew: false, changes: changes))
        }
    }
}
