// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Postgres

/// Reads a zone's records as RRsets.
package struct RecordSetRepository: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// One page of a zone's RRsets by name and type.
    package func list(
        zone: Zone,
        filter: RecordFilter = RecordFilter(),
        page: Page = Page()
    ) async throws -> PageResult<RecordSet> {
        var conditions: [PostgresQuery] = ["zone_id = \(zone.id)"]
        if let name = filter.name {
            conditions.append("name = \(RecordName.key(name, in: zone.name))")
        }
        if let part = filter.nameLike?.lowercased(), !part.isEmpty {
            conditions.append(Listing.contains(part, "name"))
        }
        if let type = filter.type, !type.isEmpty {
            conditions.append("type = \(type.uppercased())")
        }
        let condition = PostgresQuery.joined(conditions, separator: " AND ")
        let keys: PostgresQuery = """
            SELECT name, type FROM app.record WHERE \(condition) GROUP BY name, type
            """
        let rows = try await pool.query(
            """
            SELECT \(ZoneRecord.columns) FROM app.record
            WHERE zone_id = \(zone.id) AND (name, type) IN (
                SELECT name, type FROM (\(keys)) AS k ORDER BY name, type LIMIT \(page.size) OFFSET \(page.offset)
            )
            ORDER BY name, type, id
            """
        )
        let total = try await pool.query("SELECT count(*) FROM (\(keys)) AS k").only().decode(0, as: Int.self)
        let records = try rows.map { try ZoneRecord(row: $0, zoneName: zone.name) }
        return PageResult(items: Self.sets(of: records), page: page, totalEntries: total)
    }

    /// The RRset of a name and type.
    ///
    /// - Throws: `NotFound`.
    package func recordSet(zone: Zone, name: String, type: String) async throws -> RecordSet {
        let rows = try await pool.query(
            """
            SELECT \(ZoneRecord.columns) FROM app.record
            WHERE zone_id = \(zone.id) AND name = \(name) AND type = \(type) ORDER BY id
            """
        )
        let sets = Self.sets(of: try rows.map { try ZoneRecord(row: $0, zoneName: zone.name) })
        guard let set = sets.first else {
            throw NotFound(.recordSet, "\(name.isEmpty ? "@" : name)/\(type)")
        }
        return set
    }

    /// Records in the order of name and type, put together.
    private static func sets(of records: [ZoneRecord]) -> [RecordSet] {
        var sets: [RecordSet] = []
        for record in records {
            if let last = sets.indices.last, sets[last].name == record.name, sets[last].type == record.type {
                sets[last].records.append(record)
            } else {
                sets.append(RecordSet(name: record.name, type: record.type, records: [record]))
            }
        }
        return sets
    }
}
