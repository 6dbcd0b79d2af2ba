// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Domain
package import Postgres

/// Reads, within the publisher's transaction, what has to be published.
package struct PublicationReader: Sendable {
    /// The regions that a record is limited to, or NULL.
    private static let limits: PostgresQuery = "CASE WHEN NOT 'global' = ANY (regions) THEN regions END"

    /// Types of the platform that nothing is published of.
    private static let unpublished = [RRType.pool.apiName]

    /// Proofs for certificate authorities, as records (RFC 8555 section 8.4).
    private static let challenges: PostgresQuery = """
        SELECT DISTINCT c.zone_id, c.name, 'TXT', '"' || c.value || '"', 60, NULL::integer, NULL::text[]
        FROM distribution.acme_challenge AS c
        """

    /// A CNAME record stands alone: what its owner made goes before a proof that came later.
    private static let isAlone: PostgresQuery = """
        NOT EXISTS (
            SELECT FROM app.record AS r WHERE r.zone_id = c.zone_id AND r.name = c.name AND r.type = 'CNAME'
        )
        """

    let transaction: PostgresTransaction

    package init(_ transaction: PostgresTransaction) {
        self.transaction = transaction
    }

    /// The outbox rows of these zones, oldest first.
    package func outbox(of zones: [Int64]) async throws -> [OutboxEntry] {
        let rows = try await transaction.query(
            """
            SELECT id, zone_id, zone_name, version, names, lane,
                extract(epoch FROM clock_timestamp() - created_at)::double precision AS waited
            FROM distribution.outbox
            WHERE zone_id = ANY (\(zones)) ORDER BY id
            """
        )
        return try rows.map { row throws(PostgresError) in try OutboxEntry(row: row) }
    }

    /// Those of these zones that exist, by their id.
    package func intents(of zones: [Int64]) async throws -> [Int64: ZoneIntent] {
        let rows = try await transaction.query(
            """
            SELECT id, name, version, presigned_at IS NOT NULL OR secondary AS keeps_serial,
                active AND (NOT secondary OR EXISTS (
                    SELECT FROM distribution.secondary AS s
                    WHERE s.zone_id = zone.id AND s.serial IS NOT NULL AND NOT s.expired
                )) AS active
            FROM app.zone WHERE id = ANY (\(zones))
            """
        )
        var intents: [Int64: ZoneIntent] = [:]
        for row in rows {
            let intent = try ZoneIntent(row: row)
            intents[intent.id] = intent
        }
        return intents
    }

    /// What is published of these zones, by their id.
    package func published(_ zones: [Int64]) async throws -> [Int64: PublishedZone] {
        let rows = try await transaction.query(
            "SELECT \(PublishedZone.columns) FROM distribution.zone WHERE zone_id = ANY (\(zones))"
        )
        var published: [Int64: PublishedZone] = [:]
        for row in rows {
            let zone = try PublishedZone(row: row)
            published[zone.id] = zone
        }
        return published
    }

    /// All records that something is published of, of whole zones, and those of single names (relative to the apex) of others, by zone.
    package func records(
        wholeZones: [Int64],
        names: [(zone: Int64, name: String)]
    ) async throws -> [Int64: [RecordIntent]] {
        var records: [Int64: [RecordIntent]] = [:]
        if !wholeZones.isEmpty {
            let rows = try await transaction.query(
                """
                SELECT zone_id, name, type, content, ttl, priority, \(Self.limits) FROM app.record
                WHERE zone_id = ANY (\(wholeZones)) AND type <> ALL (\(Self.unpublished)::text[])
                UNION ALL
                \(Self.challenges) WHERE c.zone_id = ANY (\(wholeZones)) AND \(Self.isAlone)
                """
            )
            for row in rows { records[try row.decode(0), default: []].append(try RecordIntent(row: row)) }
        }
        if !names.isEmpty {
            let rows = try await transaction.query(
                """
                SELECT record.zone_id, record.name, record.type, record.content, record.ttl, record.priority,
                    \(Self.limits)
                FROM unnest(\(names.map(\.zone)), \(names.map(\.name))) AS touched (zone_id, name)
                JOIN app.record AS record ON record.zone_id = touched.zone_id AND record.name = touched.name
                WHERE record.type <> ALL (\(Self.unpublished)::text[])
                UNION ALL
                \(Self.challenges) JOIN unnest(\(names.map(\.zone)), \(names.map(\.name))) AS touched (zone_id, name)
                    ON c.zone_id = touched.zone_id AND c.name = touched.name
                WHERE \(Self.isAlone)
                """
            )
            for row in rows { records[try row.decode(0), default: []].append(try RecordIntent(row: row)) }
        }
        return records
    }

    /// The published RRsets of whole zones, and those of single owners (absolute) of others, by zone.
    package func rrsets(
        wholeZones: [Int64],
        owners: [(zone: Int64, owner: String)]
    ) async throws -> [Int64: [PublishedRRsetKey: PublishedRRset]] {
        var rrsets: [Int64: [PublishedRRsetKey: PublishedRRset]] = [:]
        func add(_ rows: [PostgresRow]) throws {
            for row in rows {
                let key = PublishedRRsetKey(owner: try row.decode(1), type: try row.decode(2))
                let rrset = PublishedRRset(recordCount: try row.decode(3), hash: try row.decode(4))
                rrsets[try row.decode(0), default: [:]][key] = rrset
            }
        }
        if !wholeZones.isEmpty {
            try add(
                try await transaction.query(
                    """
                    SELECT zone_id, owner, type, rr_count, hash FROM distribution.rrset
                    WHERE zone_id = ANY (\(wholeZones))
                    """
                )
            )
        }
        if !owners.isEmpty {
            try add(
                try await transaction.query(
                    """
                    SELECT rrset.zone_id, rrset.owner, rrset.type, rrset.rr_count, rrset.hash
                    FROM unnest(\(owners.map(\.zone)), \(owners.map(\.owner))) AS touched (zone_id, owner)
                    JOIN distribution.rrset AS rrset
                        ON rrset.zone_id = touched.zone_id AND rrset.owner = touched.owner
                    """
                )
            )
        }
        return rrsets
    }
}
