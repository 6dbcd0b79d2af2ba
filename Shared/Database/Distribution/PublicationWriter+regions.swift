// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

extension PublicationWriter {
    private typealias Row = (zone: Int64, region: String, write: Publication.RRsetWrite)

    /// Writes what regions have of their own, behind the zones' log rows. Nothing where no zone has any.
    func writeRegions(of publications: [Publication]) async throws {
        let gone = publications.filter { !$0.zone.isLive }.map(\.zone.id)
        if !gone.isEmpty {
            try await transaction.execute("DELETE FROM distribution.regional_rrset WHERE zone_id = ANY (\(gone))")
            try await transaction.execute("DELETE FROM distribution.regional_zone WHERE zone_id = ANY (\(gone))")
        }
        let parts = publications.flatMap { publication in publication.regional.map { (publication.zone.id, $0) } }
        guard !parts.isEmpty else { return }
        try await removeRRsets(of: parts)
        try await writeRRsets(of: parts)
        try await writeZones(parts)
        try await writeLog(parts)
    }

    private func removeRRsets(of parts: [(Int64, RegionalPublication)]) async throws {
        let removed = parts.flatMap { zone, part in part.removed.map { (zone, part.region, $0) } }
        guard !removed.isEmpty else { return }
        try await transaction.execute(
            """
            DELETE FROM distribution.regional_rrset AS rrset
            USING unnest(
                \(removed.map(\.0)), \(removed.map(\.1)), \(removed.map(\.2.owner)), \(removed.map(\.2.type))
            ) AS gone (zone_id, region, owner, type)
            WHERE rrset.zone_id = gone.zone_id AND rrset.region = gone.region AND rrset.owner = gone.owner
                AND rrset.type = gone.type
            """
        )
    }

    private func writeRRsets(of parts: [(Int64, RegionalPublication)]) async throws {
        let written: [Row] = parts.flatMap { zone, part in part.written.map { (zone, part.region, $0) } }
        for start in stride(from: 0, to: written.count, by: Self.chunk) {
            let rows = written[start..<min(start + Self.chunk, written.count)]
            try await transaction.execute(
                """
                INSERT INTO distribution.regional_rrset (zone_id, region, owner, type, rr_count, hash, body)
                SELECT zone_id, region, owner, type, rr_count, hash, body
                FROM unnest(
                    \(rows.map(\.zone)), \(rows.map(\.region)), \(rows.map(\.write.key.owner)),
                    \(rows.map(\.write.key.type)), \(rows.map(\.write.recordCount)), \(rows.map(\.write.hash)),
                    \(rows.map(\.write.body))
                ) AS given (zone_id, region, owner, type, rr_count, hash, body)
                ON CONFLICT (zone_id, region, owner, type) DO UPDATE
                SET rr_count = excluded.rr_count, hash = excluded.hash, body = excluded.body
                """
            )
        }
    }

    private func writeZones(_ parts: [(Int64, RegionalPublication)]) async throws {
        let like = parts.filter { !$0.1.isOwn }
        if !like.isEmpty {
            try await transaction.execute(
                """
                DELETE FROM distribution.regional_zone AS zone
                USING unnest(\(like.map(\.0)), \(like.map(\.1.region))) AS gone (zone_id, region)
                WHERE zone.zone_id = gone.zone_id AND zone.region = gone.region
                """
            )
        }
        let own = parts.filter(\.1.isOwn)
        guard !own.isEmpty else { return }
        try await transaction.execute(
            """
            INSERT INTO distribution.regional_zone (zone_id, region, rr_count, hash)
            SELECT zone_id, region, rr_count, hash
            FROM unnest(
                \(own.map(\.0)), \(own.map(\.1.region)), \(own.map(\.1.recordCount)), \(own.map(\.1.hash))
            ) AS given (zone_id, region, rr_count, hash)
            ON CONFLICT (zone_id, region) DO UPDATE SET rr_count = excluded.rr_count, hash = excluded.hash
            """
        )
    }

    private func writeLog(_ parts: [(Int64, RegionalPublication)]) async throws {
        try await transaction.execute(
            """
            INSERT INTO distribution.regional_log (log_id, region, hash, removed, added, diff)
            SELECT zone.log_id, given.region, given.hash, given.removed, given.added, given.diff
            FROM unnest(
                \(parts.map(\.0)), \(parts.map(\.1.region)), \(parts.map(\.1.hash)),
                \(parts.map { Int32($0.1.diffRemoved) }), \(parts.map { Int32($0.1.diffAdded) }),
                \(parts.map(\.1.diff))
            ) AS given (zone_id, region, hash, removed, added, diff)
            JOIN distribution.zone AS zone ON zone.zone_id = given.zone_id
            """
        )
    }
}
