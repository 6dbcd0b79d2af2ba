// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

extension QuarantineStore {
    /// The names of all zones that some consumer refuses, in order.
    package func zones() async throws -> [String] {
        let rows = try await pool.query(
            "SELECT DISTINCT zone_name FROM distribution.quarantine ORDER BY zone_name"
        )
        return try rows.map { row throws(PostgresError) in try row.decode(0) }
    }

    /// Has a zone (lower case, without the final dot) sent again as it is published now: an entry of the stream that
    /// carries the whole zone. Consumers that hold the version have nothing to do for it. Returns false when no
    /// consumer refuses a live zone of this name.
    ///
    /// - Parameter lane: 0 for one that a person waits for.
    package func release(zone name: String, lane: Int16 = 0) async throws -> Bool {
        try await pool.withTransaction { transaction in
            // The publisher's lock, so that no newer version gets between reading this one and writing it down.
            let zones = try await transaction.query(
                """
                SELECT z.zone_id, pg_advisory_xact_lock(\(OutboxStore.lockClass) # z.zone_id)::text
                FROM distribution.zone AS z
                WHERE z.name = \(name) AND z.live
                    AND EXISTS (SELECT FROM distribution.quarantine AS q WHERE q.zone_name = z.name)
                ORDER BY z.zone_id DESC LIMIT 1
                """
            )
            guard let zone: Int64 = try zones.first?.decode(0) else { return false }
            let written = try await transaction.query(
                """
                WITH logged AS (
                    INSERT INTO distribution.log (lane, zone_id, zone_name, op, version, serial, hash, regions)
                    SELECT \(lane), zone_id, name, 'P', version, serial, hash, regions FROM distribution.zone
                    WHERE zone_id = \(zone) AND live
                    RETURNING id, zone_id
                ), regional AS (
                    INSERT INTO distribution.regional_log (log_id, region, hash)
                    SELECT logged.id, r.region, r.hash
                    FROM logged JOIN distribution.regional_zone AS r ON r.zone_id = logged.zone_id
                )
                SELECT id FROM logged
                """
            ).count
            return written > 0
        }
    }
}
