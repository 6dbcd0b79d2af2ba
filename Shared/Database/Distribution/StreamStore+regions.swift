// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

extension StreamStore {
    /// The entries with what regions get of them. One statement more where there is any.
    func withParts(_ entries: [LogEntry]) async throws -> [LogEntry] {
        let positions = entries.filter { !$0.regions.isEmpty }.map(\.position)
        guard !positions.isEmpty else { return entries }
        let rows = try await pool.query(
            """
            SELECT l.pos, r.region, r.hash, r.removed, r.added, r.diff
            FROM distribution.log AS l JOIN distribution.regional_log AS r ON r.log_id = l.id
            WHERE l.pos = ANY (\(positions))
            """
        )
        var parts: [Int64: [String: LogEntryPart]] = [:]
        for row in rows {
            parts[try row.decode("pos"), default: [:]][try row.decode("region")] = try LogEntryPart(row: row)
        }
        return entries.map { entry in
            var entry = entry
            entry.parts = parts[entry.position] ?? [:]
            return entry
        }
    }
}
