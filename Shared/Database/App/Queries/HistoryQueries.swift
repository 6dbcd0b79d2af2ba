// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Postgres

/// Reads a zone's history of records.
enum HistoryQueries {
    /// The steps of the versions behind `start` up to `end`, in the order in which they happened.
    ///
    /// - Throws: `ValidationErrors` when the history does not hold all of them.
    static func steps(
        zone: Int64,
        after start: Int64,
        through end: Int64,
        in database: some PostgresQuerying
    ) async throws -> [VersionDiff.Step] {
        try await requireHistory(zone: zone, after: start, through: end, in: database)
        let part: PostgresQuery = """
            FROM app.zone_change AS c, jsonb_array_elements(
            """
        let range: PostgresQuery = """
            ) AS e WHERE c.zone_id = \(zone) AND c.version > \(start) AND c.version <= \(end)
            """
        let rows = try await database.query(
            """
            WITH step AS (
                SELECT c.version, c.id AS place, e AS before, NULL::jsonb AS after \(part)c.summary->'deletes'\(range)
                UNION ALL
                SELECT c.version, c.id, e->'before', e->'after' \(part)c.summary->'updates'\(range)
                UNION ALL
                SELECT c.version, c.id, NULL, e \(part)c.summary->'creates'\(range)
            )
            SELECT step.place, \(columns("b")), \(columns("a"))
            FROM step
            LEFT JOIN LATERAL jsonb_to_record(step.before) AS b (\(definition)) ON true
            LEFT JOIN LATERAL jsonb_to_record(step.after) AS a (\(definition)) ON true
            ORDER BY step.version, step.place
            """
        )
        return try rows.map { row in
            VersionDiff.Step(before: try record(row, "b"), after: try record(row, "a"))
        }
    }

    /// The records that a zone had when it was deleted with `version`.
    static func recordsAtDeletion(
        zone: Int64,
        version: Int64,
        in database: some PostgresQuerying
    ) async throws -> [HistoricRecord] {
        let rows = try await database.query(
            """
            SELECT \(columns("b"))
            FROM app.zone_change AS c, jsonb_array_elements(c.summary->'deletes') AS e,
                 jsonb_to_record(e) AS b (\(definition))
            WHERE c.zone_id = \(zone) AND c.version = \(version)
            ORDER BY b.id
            """
        )
        return try rows.compactMap { try record($0, "b") }
    }

    private static func requireHistory(
        zone: Int64,
        after start: Int64,
        through end: Int64,
        in database: some PostgresQuerying
    ) async throws {
        guard end > start else {
            return
        }
        let rows = try await database.query(
            """
            SELECT count(DISTINCT version) AS versions, coalesce(bool_or(summary ? 'import'), false) AS is_brief
            FROM app.zone_change WHERE zone_id = \(zone) AND version > \(start) AND version <= \(end)
            """
        )
        let row = try rows.only()
        guard try row.decode("versions", as: Int64.self) == end - start else {
            throw ValidationErrors("version", "is older than the history that is kept")
        }
        guard try !row.decode("is_brief", as: Bool.self) else {
            throw ValidationErrors("version", "lies before an import of a zone that was signed elsewhere")
        }
    }

    /// The members of a record, as `StoredRecord.writeSummary` writes them.
    private static var definition: PostgresQuery {
        """
        id bigint, name text, type text, content text, ttl integer, priority integer, regions text[],
        system_record boolean
        """
    }

    private static func columns(_ table: String) -> PostgresQuery {
        let names = ["id", "name", "type", "content", "ttl", "priority", "regions", "system_record"]
        return PostgresQuery(unescaped: names.map { "\(table).\($0) AS \(table)_\($0)" }.joined(separator: ", "))
    }

    private static func record(_ row: PostgresRow, _ table: String) throws -> HistoricRecord? {
        guard let id: Int64 = try row.decode("\(table)_id") else {
            return nil
        }
        return HistoricRecord(
            id: id,
            name: try row.decode("\(table)_name"),
            type: try row.decode("\(table)_type"),
            content: try row.decode("\(table)_content"),
            ttl: try row.decode("\(table)_ttl"),
            priority: try row.decode("\(table)_priority"),
            regions: try row.decode("\(table)_regions"),
            isSystem: try row.decode("\(table)_system_record")
        )
    }
}
