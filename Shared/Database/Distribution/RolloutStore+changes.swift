// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

extension RolloutStore {
    /// What became of a zone within a run of entries.
    package struct Change: Sendable, Hashable {
        /// Lower case, without the final dot; the root is `.`.
        package let zoneName: String
        package let serial: UInt32

        package init(zoneName: String, serial: UInt32) {
            self.zoneName = zoneName
            self.serial = serial
        }
    }

    /// The zones that entries after `first` and up to `last` leave in service: the newest ones, at most `limit`, each once.
    package func changes(after first: Int64, upTo last: Int64, limit: Int) async throws -> [Change] {
        let rows = try await pool.query(
            """
            SELECT zone_name, serial FROM (
                SELECT DISTINCT ON (zone_name) zone_name, serial, op, pos
                FROM (
                    SELECT zone_name, serial, op, pos FROM distribution.log
                    WHERE pos > \(first) AND pos <= \(last) ORDER BY pos DESC LIMIT \(limit * 4)
                ) AS newest
                ORDER BY zone_name, pos DESC
            ) AS zones
            WHERE op = 'P' ORDER BY pos DESC LIMIT \(limit)
            """
        )
        return try rows.map { row in
            Change(
                zoneName: try row.decode("zone_name"),
                serial: UInt32(truncatingIfNeeded: try row.decode("serial", as: Int64.self))
            )
        }
    }

    /// The newest position that these states of zones contain, of those after `position`: `.max` where one has none yet,
    /// nil where there is none.
    package func newestPosition(of zones: [(id: Int64, version: Int64)], after position: Int64) async throws -> Int64? {
        let rows = try await pool.query(
            """
            SELECT max(coalesce(l.pos, \(Int64.max)))
            FROM unnest(\(zones.map(\.id)), \(zones.map(\.version))) AS given (zone_id, version)
            JOIN distribution.log AS l ON l.zone_id = given.zone_id AND l.version <= given.version
            WHERE l.pos IS NULL OR l.pos > \(position)
            """
        )
        return try rows.first?.decode(0, as: Int64?.self) ?? nil
    }
}
