// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Postgres

/// Reads a zone's records. Changes go through `ZoneEditor`.
package struct RecordRepository: Sendable {
    /// Records that are read at once for a zone file.
    private static let chunk = 5_000

    let pool: PostgresPool
    private let totals = ListTotals()

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// One page of a zone's records; by id unless `sort` says otherwise.
    package func list(
        zone: Zone,
        filter: RecordFilter = RecordFilter(),
        sort: [Sort<RecordSortField>] = [],
        page: Page = Page()
    ) async throws -> PageResult<ZoneRecord> {
        try await Listing.page(
            page,
            of: ZoneRecord.columns,
            from: "app.record",
            where: Self.conditions(zone, filter),
            orderBy: Listing.orderByAll(sort, otherwise: .id, columns: Self.columns),
            in: pool,
            counting: { try await total(of: zone, filter, where: $0) }
        ) { try ZoneRecord(row: $0, zoneName: zone.name) }
    }

    /// What a list takes of the rows.
    ///
    /// Where the zone is the only condition its id is hidden from the planner. Knowing that a zone has a quarter of all
    /// rows it would walk those of all zones by id, expecting every fourth to be one of the zone's; they stand together.
    static func conditions(_ zone: Zone, _ filter: RecordFilter) -> [PostgresQuery] {
        guard filter != RecordFilter() else {
            return ["zone_id = (SELECT \(zone.id)::bigint)"]
        }
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
        return conditions
    }

    /// What a field is sorted by. An index has the beginnings of contents, in the order of their octets; the rest is
    /// sorted where those are the same.
    static func columns(of field: RecordSortField) -> [String] {
        switch field {
        case .content: ["left(content, 64) COLLATE \"C\"", "content COLLATE \"C\""]
        default: [field.rawValue]
        }
    }

    /// How many records match; counted once a version of the zone.
    func total(of zone: Zone, _ filter: RecordFilter, where condition: PostgresQuery) async throws -> Int {
        if let total = totals[ListTotals.Key(zoneID: zone.id, version: zone.version, filter: filter)] {
            return total
        }
        // One statement sees one version: the zone may have changed since `zone` was read.
        let row = try await pool.query(
            """
            SELECT count(*), (SELECT version FROM app.zone WHERE id = \(zone.id))
            FROM app.record WHERE \(condition)
            """
        ).only()
        let total: Int = try row.decode(0)
        if let version: Int64 = try row.decode(1, as: Int64?.self) {
            totals.remember(total, for: ListTotals.Key(zoneID: zone.id, version: version, filter: filter))
        }
        return total
    }

    /// A record of the zone.
    ///
    /// - Throws: `NotFound`.
    package func record(zone: Zone, id: Int64) async throws -> ZoneRecord {
        let row = try await pool.lookup(
            "SELECT \(ZoneRecord.columns) FROM app.record WHERE zone_id = \(zone.id) AND id = \(id)"
        )
        guard let row else {
            throw NotFound(.record, String(id))
        }
        return try ZoneRecord(row: row, zoneName: zone.name)
    }

    /// A record of a zone of the account, in one query.
    ///
    /// - Throws: `NotFound` (zone, record).
    package func record(account: Int64, zone identifier: ResourceIdentifier, id: Int64) async throws -> ZoneRecord {
        let row = try await pool.lookup(
            """
            SELECT r.*, zone.name AS zone_name
            FROM app.zone LEFT JOIN LATERAL (
                SELECT \(ZoneRecord.columns) FROM app.record WHERE record.zone_id = zone.id AND record.id = \(id)
            ) AS r ON true
            WHERE zone.account_id = \(account) AND \(identifier.condition(of: "zone"))
            """
        )
        guard let row else {
            throw NotFound(.zone, identifier.description)
        }
        guard try row.decode(0, as: Int64?.self) != nil else {
            throw NotFound(.record, String(id))
        }
        return try ZoneRecord(row: row, zoneName: row.decode("zone_name"))
    }

    /// The zone as a master file, all of one moment; see `ZoneFileText`.
    package func zoneFile(of zone: Zone) async throws -> String {
        try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { transaction in
            var file = try ZoneFileText(zone: zone.name, isPresigned: zone.isPresigned)
            let first = try await transaction.query(
                "SELECT \(ZoneRecord.columns) FROM app.record WHERE zone_id = \(zone.id) AND type = 'SOA'"
            )
            for row in first {
                try file.append(ZoneRecord(row: row, zoneName: zone.name))
            }
            var last: (name: String, type: String, id: Int64) = ("", "", 0)
            var rows: [PostgresRow]
            repeat {
                rows = try await transaction.query(
                    """
                    SELECT \(ZoneRecord.columns) FROM app.record
                    WHERE zone_id = \(zone.id) AND type <> 'SOA'
                      AND (name, type, id) > (\(last.name), \(last.type), \(last.id))
                    ORDER BY name, type, id LIMIT \(Self.chunk)
                    """
                )
                for row in rows {
                    let record = try ZoneRecord(row: row, zoneName: zone.name)
                    try file.append(record)
                    last = (record.name, record.type, record.id)
                }
            } while rows.count == Self.chunk
            return file.text
        }
    }
}
