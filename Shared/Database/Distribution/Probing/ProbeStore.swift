// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Postgres

/// What the prober reads: responders, zones and what is published of them.
package struct ProbeStore: Sendable {
    /// Types whose RRsets are not asked for: what stands at the parent's side of a cut or follows from other records.
    private static let skippedTypes: [Int32] = [6, 43, 46, 47, 50]
    /// First characters of names, to begin at one of them by chance.
    private static let beginnings = Array("*_0123456789abcdefghijklmnopqrstuvwxyz")

    let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The responders that are connected, follow the present epoch and have said where they answer.
    package func targets() async throws -> [ProbeTarget] {
        let epoch = try await StreamStore(pool: pool).state().epoch
        let rows = try await pool.query(
            """
            SELECT name, address, nullif(region, '') AS region, acked FROM distribution.node AS n
            WHERE role = 'responder' AND connected AND address <> ''
                AND split_part(epoch, '/', 1) = \(epoch) AND \(ExpectedNode.condition)
            ORDER BY name
            """
        )
        return try rows.map(ProbeTarget.init(row:))
    }

    /// The zones of the next part of the sweep: those with known differences, those published since the last part, and
    /// the next ones by their id, at most about three times `limit`.
    package func next(limit: Int) async throws -> [Int64] {
        try await pool.withTransaction { transaction in
            let state = try await transaction.query(
                "SELECT cursor, log_id FROM distribution.probe_state WHERE id = 1 FOR UPDATE"
            ).only()
            let cursor: Int64 = try state.decode(0)
            let seen: Int64 = try state.decode(1)
            let known = try await transaction.query(
                "SELECT DISTINCT zone_id FROM distribution.probe_difference ORDER BY zone_id LIMIT \(limit)"
            )
            // Ids are not given in the order of commits: one that comes late is left to the sweep.
            let changed = try await transaction.query(
                """
                SELECT zone_id, id FROM distribution.log WHERE id > \(seen) AND pos IS NOT NULL
                ORDER BY id LIMIT \(limit)
                """
            )
            let swept = try await transaction.query(
                "SELECT zone_id FROM distribution.zone WHERE zone_id > \(cursor) ORDER BY zone_id LIMIT \(limit)"
            )
            let newest: Int64? = try changed.last?.decode(1)
            let last: Int64? = swept.count < limit ? 0 : try swept.last?.decode(0)
            try await transaction.execute(
                """
                UPDATE distribution.probe_state
                SET cursor = \(last ?? 0), log_id = \(newest ?? seen),
                    swept_at = CASE WHEN \(last ?? 0) = 0 THEN now() ELSE swept_at END
                WHERE id = 1
                """
            )
            let rows = known + changed + swept
            return Array(Set(try rows.map { row throws(PostgresError) in try row.decode(0) as Int64 })).sorted()
        }
    }

    /// What is published of these zones at this moment. Of zones that are gone those are left out whose name another zone
    /// has now.
    package func zones(_ ids: [Int64]) async throws -> [ProbeZone] {
        let start = String(Self.beginnings.randomElement() ?? "a")
        let rows = try await pool.query(
            """
            SELECT z.zone_id, z.name, z.version, z.serial, z.live,
                   CASE WHEN l.id IS NULL THEN 0 ELSE l.pos END AS position,
                   s.owner, s.type, s.body, coalesce(r.regions, '{}') AS regions, coalesce(r.bodies, '{}') AS bodies
            FROM distribution.zone AS z
            LEFT JOIN distribution.log AS l ON l.id = z.log_id
            LEFT JOIN LATERAL (
                (SELECT owner, type, body FROM distribution.rrset
                 WHERE zone_id = z.zone_id AND owner >= \(start) AND type <> ALL (\(Self.skippedTypes))
                 ORDER BY owner, type LIMIT 1)
                UNION ALL
                (SELECT owner, type, body FROM distribution.rrset
                 WHERE zone_id = z.zone_id AND type <> ALL (\(Self.skippedTypes)) ORDER BY owner, type LIMIT 1)
                LIMIT 1
            ) AS s ON z.live
            LEFT JOIN LATERAL (
                SELECT array_agg(region ORDER BY region) AS regions, array_agg(body ORDER BY region) AS bodies
                FROM distribution.regional_rrset
                WHERE zone_id = z.zone_id AND owner = s.owner AND type = s.type
            ) AS r ON true
            WHERE z.zone_id = ANY (\(ids)) AND (z.live OR NOT EXISTS (
                SELECT FROM distribution.zone AS other WHERE other.name = z.name AND other.live
            ))
            ORDER BY z.zone_id
            """
        )
        return try rows.map(ProbeZone.init(row:))
    }

    /// Pairs of a node and a zone that the node has refused: it serves what it had, as everybody knows.
    package func refused(zones: [Int64]) async throws -> Set<ProbeKey> {
        let rows = try await pool.query(
            "SELECT node, zone_id FROM distribution.quarantine WHERE zone_id = ANY (\(zones))"
        )
        return Set(try rows.map { ProbeKey(node: try $0.decode(0), zone: try $0.decode(1)) })
    }
}

/// A responder and a zone.
package struct ProbeKey: Sendable, Hashable {
    package let node: String
    package let zone: Int64

    package init(node: String, zone: Int64) {
        self.node = node
        self.zone = zone
    }
}
