// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Postgres

/// The zones that consumers refused: `distribution.quarantine`.
package struct QuarantineStore: Sendable {
    /// Entries that the table takes; what is beyond them is the consumer's fault rather than the zones', and only counted.
    package static let capacity: Int64 = 10_000

    /// A consumer's NAK.
    package struct Refusal: Sendable, Hashable {
        /// The consumer's name.
        package let node: String
        /// Lower case, without the final dot; the root is `.`.
        package let zoneName: String
        /// Of the newest entry of the zone that it refuses; 0 in a snapshot.
        package let position: Int64
        /// The protocol's code.
        package let code: Int32
        /// One line for people; 200 characters of it are kept.
        package let reason: String

        package init(node: String, zoneName: String, position: Int64, code: Int32, reason: String) {
            self.node = node
            self.zoneName = zoneName
            self.position = position
            self.code = code
            self.reason = reason
        }
    }

    let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Writes refusals, one a consumer and zone at most; returns how many found room. Zones that were never published
    /// are passed over.
    @discardableResult package func write(_ refusals: [Refusal]) async throws -> Int {
        // A refusal in a snapshot has no position: the head stands for it, which is no less than the snapshot's.
        try await pool.execute(
            """
            INSERT INTO distribution.quarantine AS q (node, zone_name, zone_id, version, position, code, reason)
            SELECT given.node, given.zone_name, coalesce(l.zone_id, z.zone_id), coalesce(l.version, z.version),
                   CASE given.position WHEN 0 THEN s.head ELSE given.position END, given.code, left(given.reason, 200)
            FROM unnest(
                \(refusals.map(\.node)), \(refusals.map(\.zoneName)), \(refusals.map(\.position)),
                \(refusals.map(\.code)), \(refusals.map(\.reason))
            ) WITH ORDINALITY AS given (node, zone_name, position, code, reason, number)
            CROSS JOIN distribution.stream AS s
            LEFT JOIN distribution.log AS l ON l.pos = given.position AND l.zone_name = given.zone_name
            LEFT JOIN LATERAL (
                SELECT zone_id, version FROM distribution.zone
                WHERE name = given.zone_name AND live ORDER BY zone_id DESC LIMIT 1
            ) AS z ON true
            WHERE coalesce(l.zone_id, z.zone_id) IS NOT NULL
                AND (
                    given.number + (SELECT count(*) FROM distribution.quarantine) <= \(Self.capacity)
                    OR EXISTS (
                        SELECT FROM distribution.quarantine AS o
                        WHERE o.node = given.node AND o.zone_name = given.zone_name
                    )
                )
            ON CONFLICT (node, zone_name) DO UPDATE
            SET position = greatest(q.position, excluded.position), code = excluded.code, reason = excluded.reason,
                version = CASE WHEN q.zone_id = excluded.zone_id THEN q.version ELSE excluded.version END,
                zone_id = excluded.zone_id
            """
        )
    }

    /// Takes out everything of these consumers: they take a snapshot, which judges every zone anew.
    package func forget(nodes: [String]) async throws {
        try await pool.execute("DELETE FROM distribution.quarantine WHERE node = ANY (\(nodes))")
    }

    /// Takes out zones that are not live any more, and those of which the consumer has acknowledged a later entry than
    /// the one it refused; returns the names and the consumers.
    package func settle() async throws -> [(zone: String, node: String)] {
        let rows = try await pool.query(
            """
            DELETE FROM distribution.quarantine AS q
            WHERE NOT EXISTS (SELECT FROM distribution.zone AS z WHERE z.name = q.zone_name AND z.live)
                OR EXISTS (
                    SELECT FROM distribution.node AS n, distribution.zone AS z, distribution.log AS l
                    WHERE n.name = q.node AND z.name = q.zone_name AND z.live
                        AND l.zone_id = z.zone_id AND l.pos > q.position AND l.pos <= n.acked
                )
            RETURNING zone_name, node
            """
        )
        return try rows.map { row throws(PostgresError) in (try row.decode(0), try row.decode(1)) }
    }

    /// The number of entries: pairs of a zone and a consumer.
    package func count() async throws -> Int64 {
        try await pool.query("SELECT count(*) FROM distribution.quarantine").first?.decode(0) ?? 0
    }
}
