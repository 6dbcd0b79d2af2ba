// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Postgres

/// Reads published zones with their records.
package struct SnapshotStore: Sendable {
    /// A zone and the bodies of its RRsets; nil for a large zone, which is read by itself.
    package typealias ZoneBody = (zone: PublishedZone, rrsets: [String]?)

    /// What names a zone's published state.
    package struct ZoneState: Sendable, Hashable {
        /// Lower case, without the final dot; the root is `.`.
        package let name: String
        package let id: Int64
        package let version: Int64
        /// The zone hash, 32 octets.
        package let hash: [UInt8]
    }

    /// Records of one page: bounds the memory for each consumer that reads zones.
    private static let pageRecords: Int64 = 4_000
    /// A zone of more records is read in pages of its own.
    package static let largeRecords: Int64 = 2_000
    /// RRsets of one page of a large zone.
    private static let pageRRsets: Int64 = 2_000
    /// Zones that are looked up at once.
    private static let pageZones = 1_000

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
        try await page(
            """
            SELECT \(PublishedZone.columns) FROM \(RegionalTables.zones(region)) AS zone
            WHERE live AND zone_id > \(id) ORDER BY zone_id LIMIT 1000
            """
        )
    }

    /// Live zones among `ids` that are greater than `id`, in that order: as many as make a page; empty at the end.
    package func zones(_ ids: [Int64], after id: Int64) async throws -> [ZoneBody] {
        try await page(
            """
            SELECT \(PublishedZone.columns) FROM \(RegionalTables.zones(region)) AS zone
            WHERE live AND zone_id > \(id) AND zone_id = ANY (\(ids)) ORDER BY zone_id LIMIT 1000
            """
        )
    }

    /// The states of the live zones whose names these ids have or had, each name once, at most a thousand ids in a
    /// statement: `take` is called with each part.
    package func states(of ids: [Int64], _ take: ([ZoneState]) async throws -> Void) async throws {
        for start in stride(from: 0, to: ids.count, by: Self.pageZones) {
            let part = Array(ids[start..<min(start + Self.pageZones, ids.count)])
            let rows = try await pool.query(
                """
                SELECT DISTINCT ON (name) name, zone_id, version, hash FROM \(RegionalTables.zones(region)) AS zone
                WHERE live AND name IN (SELECT name FROM distribution.zone WHERE zone_id = ANY (\(part)))
                ORDER BY name, zone_id DESC
                """
            )
            let states = try rows.map { row throws(PostgresError) in
                ZoneState(
                    name: try row.decode("name"),
                    id: try row.decode("zone_id"),
                    version: try row.decode("version"),
                    hash: try row.decode("hash")
                )
            }
            try await take(states)
        }
    }

    /// The number of octets of a zone's records as it is published now, and its version; nil when it is not live.
    package func size(of id: Int64) async throws -> (version: Int64, octets: Int)? {
        let rows = try await pool.query(
            """
            SELECT version, (
                SELECT coalesce(sum(octet_length(body)), 0)::bigint FROM \(RegionalTables.rrsets(region)) AS rrset
                WHERE rrset.zone_id = zone.zone_id
            ) AS octets
            FROM \(RegionalTables.zones(region)) AS zone WHERE zone_id = \(id) AND live
            """
        )
        guard let row = rows.first else { return nil }
        return (try row.decode("version"), try row.decode("octets"))
    }

    /// Reads a live zone of any size in one consistent read: `take` gets its records a page at a time. Nil when it is
    /// not live. The transaction lasts until `take` has had all of it, so `take` must wait for nobody.
    package func read(_ id: Int64, _ take: @Sendable ([String]) async throws -> Void) async throws -> PublishedZone? {
        try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { transaction in
            let found = try await transaction.query(
                "SELECT \(PublishedZone.columns) FROM \(RegionalTables.zones(region)) AS zone WHERE zone_id = \(id) AND live"
            )
            guard let row = found.first else { return nil }
            var last = (owner: "", type: Int32(-1))
            while true {
                let rows = try await transaction.query(
                    """
                    SELECT owner, type, body FROM \(RegionalTables.rrsets(region)) AS rrset
                    WHERE zone_id = \(id) AND (owner, type) > (\(last.owner), \(last.type))
                    ORDER BY owner, type LIMIT \(Self.pageRRsets)
                    """
                )
                guard let end = rows.last else { break }
                last = (try end.decode("owner"), try end.decode("type"))
                try await take(try rows.map { row throws(PostgresError) in try row.decode("body") })
            }
            return try PublishedZone(row: row)
        }
    }

    /// The number of live zones.
    package func count() async throws -> Int {
        let rows = try await pool.query("SELECT count(*) FROM distribution.zone WHERE live")
        return try rows.first?.decode(0) ?? 0
    }

    /// The first of these zones, as many as make a page.
    private func page(_ zones: PostgresQuery) async throws -> [ZoneBody] {
        try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { transaction in
            let rows = try await transaction.query(
                """
                SELECT \(PublishedZone.columns) FROM (
                    SELECT *, sum(small) OVER (ORDER BY zone_id) - small AS before
                    FROM (
                        SELECT *, CASE WHEN rr_count > \(Self.largeRecords) THEN 0 ELSE rr_count END AS small
                        FROM (\(zones)) AS page
                    ) AS page
                ) AS page
                WHERE before < \(Self.pageRecords)
                ORDER BY zone_id
                """
            )
            return try await bodies(of: rows, in: transaction)
        }
    }

    private func bodies(of rows: [PostgresRow], in transaction: PostgresTransaction) async throws -> [ZoneBody] {
        let zones = try rows.map { row throws(PostgresError) in try PublishedZone(row: row) }
        let small = zones.filter { $0.recordCount <= Self.largeRecords }.map(\.id)
        var bodies: [Int64: [String]] = [:]
        if !small.isEmpty {
            let rrsets = try await transaction.query(
                """
                SELECT zone_id, body FROM \(RegionalTables.rrsets(region)) AS rrset
                WHERE zone_id = ANY (\(small)) ORDER BY zone_id, owner, type
                """
            )
            for row in rrsets { bodies[try row.decode(0), default: []].append(try row.decode(1)) }
        }
        return zones.map { ($0, $0.recordCount > Self.largeRecords ? nil : bodies[$0.id] ?? []) }
    }
}
