// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

extension StreamStore {
    /// Changes read at once.
    private static let changesPage: Int64 = 10_000

    /// Hands over what was published after `position`, up to the head, without the records, in parts; all live zones
    /// where `epoch` is not the database's, or the log does not reach back. Nothing, and false, when something published
    /// has no position yet: then no position describes the published state.
    ///
    /// - Parameters:
    ///   - regions: The regions whose hashes come with the changes.
    ///   - new: Further regions, whose hashes of all zones come behind the changes: those at the head.
    package func changes(
        after position: Int64,
        epoch: String?,
        regions: Set<String> = [],
        new: Set<String> = [],
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
                try await hashes(of: regions.union(new), state, in: transaction, take)
                // Only now is everything there that belongs to the position.
                try await take(StreamUpdate(epoch: state.epoch, position: state.head))
            } else {
                try await log(after: position, state, regions, in: transaction, take)
                try await hashes(of: new, state, in: transaction, take)
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
            try await take(
                StreamUpdate(epoch: state.epoch, position: nil, startsAnew: last == nil, changes: changes)
            )
            guard let end = changes.last, changes.count == Int(Self.changesPage) else { return }
            last = end.zoneID
        }
    }

    private func log(
        after position: Int64,
        _ state: StreamState,
        _ regions: Set<String>,
        in transaction: PostgresTransaction,
        _ take: (StreamUpdate) async throws -> Void
    ) async throws {
        var last = position
        while last < state.head {
            let rows = try await transaction.query(
                """
                SELECT op = 'D' AS deletion, zone_name AS name, zone_id, version, serial, hash, pos
                FROM distribution.log WHERE pos > \(last) ORDER BY pos LIMIT \(Self.changesPage)
                """
            )
            // Positions are dense.
            let end = rows.isEmpty ? state.head : min(last + Int64(rows.count), state.head)
            let parts = try await parts(of: regions, after: last, upTo: end, in: transaction)
            let changes = try rows.map { row throws(PostgresError) in
                try StreamChange(row: row, regional: parts[try row.decode("pos")] ?? [:])
            }
            last = end
            try await take(StreamUpdate(epoch: state.epoch, position: last, changes: changes))
        }
    }

    /// The hashes of regions that entries carry, by position and region.
    private func parts(
        of regions: Set<String>,
        after first: Int64,
        upTo last: Int64,
        in transaction: PostgresTransaction
    ) async throws -> [Int64: [String: [UInt8]]] {
        guard !regions.isEmpty else { return [:] }
        let rows = try await transaction.query(
            """
            SELECT l.pos, r.region, r.hash
            FROM distribution.log AS l JOIN distribution.regional_log AS r ON r.log_id = l.id
            WHERE l.pos > \(first) AND l.pos <= \(last) AND l.regions IS NOT NULL AND r.region = ANY (\(regions.sorted()))
            """
        )
        var parts: [Int64: [String: [UInt8]]] = [:]
        for row in rows {
            parts[try row.decode("pos"), default: [:]][try row.decode("region")] = try row.decode("hash")
        }
        return parts
    }

    /// The zones as regions have them where they differ.
    private func hashes(
        of regions: Set<String>,
        _ state: StreamState,
        in transaction: PostgresTransaction,
        _ take: (StreamUpdate) async throws -> Void
    ) async throws {
        guard !regions.isEmpty else { return }
        var last = (zone: Int64(0), region: "")
        while true {
            let rows = try await transaction.query(
                """
                SELECT z.name, r.zone_id, r.region, r.hash
                FROM distribution.regional_zone AS r JOIN distribution.zone AS z ON z.zone_id = r.zone_id
                WHERE r.region = ANY (\(regions.sorted())) AND z.live
                    AND (r.zone_id, r.region) > (\(last.zone), \(last.region))
                ORDER BY r.zone_id, r.region LIMIT \(Self.changesPage)
                """
            )
            let hashes = try rows.map { row throws(PostgresError) in try RegionalHash(row: row) }
            guard let end = hashes.last else { return }
            try await take(StreamUpdate(epoch: state.epoch, position: nil, regional: hashes))
            last = (end.zoneID, end.region)
        }
    }
}
