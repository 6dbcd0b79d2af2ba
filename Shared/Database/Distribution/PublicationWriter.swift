// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Postgres

/// Writes, within the publisher's transaction, what is published.
package struct PublicationWriter: Sendable {
    /// RRsets written by one statement: bounds the memory of a large zone's parameters.
    static let chunk = 5_000

    let transaction: PostgresTransaction

    package init(_ transaction: PostgresTransaction) {
        self.transaction = transaction
    }

    /// Writes the publications and their log rows, and takes the outbox rows that led to them away.
    package func write(_ publications: [Publication], consuming outbox: [Int64]) async throws {
        if !publications.isEmpty {
            try await removeRRsets(of: publications)
            try await writeRRsets(of: publications)
            try await writeZones(publications)
            try await writeRegions(of: publications)
        }
        try await transaction.execute("DELETE FROM distribution.outbox WHERE id = ANY (\(outbox))")
    }

    private func removeRRsets(of publications: [Publication]) async throws {
        let gone = publications.filter { !$0.zone.isLive }.map(\.zone.id)
        if !gone.isEmpty {
            try await transaction.execute("DELETE FROM distribution.rrset WHERE zone_id = ANY (\(gone))")
        }
        let removed = publications.flatMap { publication in publication.removed.map { (publication.zone.id, $0) } }
        guard !removed.isEmpty else { return }
        try await transaction.execute(
            """
            DELETE FROM distribution.rrset AS rrset
            USING unnest(\(removed.map(\.0)), \(removed.map(\.1.owner)), \(removed.map(\.1.type)))
                AS gone (zone_id, owner, type)
            WHERE rrset.zone_id = gone.zone_id AND rrset.owner = gone.owner AND rrset.type = gone.type
            """
        )
    }

    private func writeRRsets(of publications: [Publication]) async throws {
        let written = publications.flatMap { publication in publication.written.map { (publication.zone.id, $0) } }
        for start in stride(from: 0, to: written.count, by: Self.chunk) {
            let part = written[start..<min(start + Self.chunk, written.count)]
            try await transaction.execute(
                """
                INSERT INTO distribution.rrset (zone_id, owner, type, rr_count, hash, body)
                SELECT zone_id, owner, type, rr_count, hash, body
                FROM unnest(
                    \(part.map(\.0)), \(part.map(\.1.key.owner)), \(part.map(\.1.key.type)),
                    \(part.map(\.1.recordCount)), \(part.map(\.1.hash)), \(part.map(\.1.body))
                ) AS given (zone_id, owner, type, rr_count, hash, body)
                ON CONFLICT (zone_id, owner, type) DO UPDATE
                SET rr_count = excluded.rr_count, hash = excluded.hash, body = excluded.body
                """
            )
        }
    }

    /// One log row each, in the order given, and the zone's row that refers to it.
    ///
    /// Positions go by lane: what waits in the slower lane comes along when a later publication of its zone is in a hurry.
    private func writeZones(_ publications: [Publication]) async throws {
        let zones = publications.map(\.zone)
        try await transaction.execute(
            """
            WITH given AS (
                SELECT * FROM unnest(
                    \(zones.map(\.id)), \(zones.map(\.name)), \(zones.map(\.isLive)), \(zones.map(\.version)),
                    \(zones.map { Int64($0.serial) }), \(zones.map(\.recordCount)), \(zones.map(\.hash)),
                    \(publications.map(\.lane)), \(publications.map(\.baseVersion)),
                    \(publications.map { Int32($0.removed.count) }), \(publications.map { Int32($0.added) }),
                    \(publications.map(\.diff)), \(zones.map { $0.regions.joined(separator: ",") }),
                    \(publications.map { $0.regional.map(\.region).joined(separator: ",") })
                ) WITH ORDINALITY AS given (
                    zone_id, name, live, version, serial, rr_count, hash, lane, base_version, removed, added, diff,
                    regions, logged_regions, place
                )
            ), promoted AS (
                UPDATE distribution.log AS earlier SET lane = 0
                FROM given
                WHERE given.lane = 0 AND earlier.zone_id = given.zone_id AND earlier.pos IS NULL AND earlier.lane > 0
            ), logged AS (
                INSERT INTO distribution.log
                    (lane, zone_id, zone_name, op, base_version, version, serial, hash, removed, added, diff, regions)
                SELECT lane, zone_id, name, (CASE WHEN live THEN 'P' ELSE 'D' END)::"char", base_version, version,
                    serial, hash, removed, added, diff, string_to_array(nullif(logged_regions, ''), ',')
                FROM given ORDER BY place
                RETURNING id, zone_id
            )
            INSERT INTO distribution.zone
                (zone_id, name, version, serial, live, rr_count, hash, log_id, regions, published_at)
            SELECT zone_id, name, version, serial, live, rr_count, hash, logged.id,
                string_to_array(nullif(regions, ''), ','), now()
            FROM given JOIN logged USING (zone_id)
            ON CONFLICT (zone_id) DO UPDATE
            SET name = excluded.name, version = excluded.version, serial = excluded.serial, live = excluded.live,
                rr_count = excluded.rr_count, hash = excluded.hash, log_id = excluded.log_id,
                regions = excluded.regions, published_at = excluded.published_at
            """
        )
    }
}
