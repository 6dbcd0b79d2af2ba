// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Postgres

/// Reads published zones with their records.
package struct SnapshotStore: Sendable {
    /// A zone and the bodies of its RRsets.
    package typealias ZoneBody = (zone: PublishedZone, rrsets: [String])

    /// Records of one page: bounds the memory for each consumer that takes a snapshot.
    private static let pageRecords: Int64 = 50_000

    private let pool: PostgresPool
    private let region: String

    /// - Parameter region: As which region's consumers have the zones; empty for those of none.
    package init(pool: PostgresPool, region: String = "") {
        self.pool = pool
        self.region = region
    }

    /// The live zone called `name` (lower case, no final dot), or nil.
    package func zone(named name: String) async throws -> ZoneBody? {
        try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { transaction in
            // A zone made again may be live under its new id a moment before the old one is taken off.
            let rows = try await transaction.query(
                """
                SELECT \(PublishedZone.columns) FROM \(RegionalTables.zones(region)) AS zone
                WHERE name = \(name) AND live ORDER BY zone_id DESC LIMIT 1
                """
            )
            return try await bodies(of: rows, in: transaction).first
        }
    }

    /// Live zones with an id greater than `id`, in that order: as many as make a page; empty at the end.
    package func zones(after id: Int64) async throws -> [ZoneBody] {
        try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { transaction in
            let rows = try await transaction.query(
                """
                SELECT \(PublishedZone.columns) FROM (
                    SELECT *, sum(rr_count) OVER (ORDER BY zone_id) - rr_count AS before
                    FROM (
                        SELECT \(PublishedZone.columns) FROM \(RegionalTables.zones(region)) AS zone
                        WHERE live AND zone_id > \(id) ORDER BY zone_id LIMIT 1000
                    ) AS page
                ) AS page
                WHERE before < \(Self.pageRecords)
                ORDER BY zone_id
                """
            )
            return try await bodies(of: rows, in: transaction)
        }
    }

    /// The number of live zones.
    package func count() async throws -> Int {
        let rows = try await pool.query("SELECT count(*) FROM distribution.zone WHERE live")
        return try rows.first?.decode(0) ?? 0
    }

    private func bodies(of rows: [PostgresRow], in transaction: PostgresTransaction) async throws -> [ZoneBody] {
        let zones = try rows.map { row throws(PostgresError) in try PublishedZone(row: row) }
        let rrsets = try await transaction.query(
            """
            SELECT zone_id, body FROM \(RegionalTables.rrsets(region)) AS rrset
            WHERE zone_id = ANY (\(zones.map(\.id))) ORDER BY zone_id, owner, type
            """
        )
        var bodies: [Int64: [String]] = [:]
        for row in rrsets { bodies[try row.decode(0), default: []].append(try row.decode(1)) }
        return zones.map { ($0, bodies[$0.id] ?? []) }
    }
}
