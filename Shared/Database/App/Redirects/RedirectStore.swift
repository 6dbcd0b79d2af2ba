// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Postgres

/// Finds where URL records lead.
package struct RedirectStore: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The content of the URL record at a host name, or of that of the nearest wildcard above it when there are no records at the name
    /// itself; nil when there is none in the active zone that the name lies in.
    ///
    /// - Parameter host: Lower case, without a final dot.
    package func target(host: String) async throws -> String? {
        try await pool.first(
            """
            SELECT r.content
            FROM (
                SELECT id, name FROM app.zone
                WHERE name = ANY (distribution.name_and_above(\(host)::text)) AND active
                ORDER BY length(name) DESC LIMIT 1
            ) AS z
            CROSS JOIN LATERAL (
                SELECT record.type, record.content FROM app.record AS record
                WHERE record.zone_id = z.id AND record.name = ANY (
                    left(\(host)::text, greatest(length(\(host)::text) - length(z.name) - 1, 0))
                    || ARRAY(
                        SELECT rtrim('*.' || left(above, greatest(length(above) - length(z.name) - 1, 0)), '.')
                        FROM unnest(distribution.name_and_above(\(host)::text)) AS above
                        WHERE above <> \(host)::text AND length(above) >= length(z.name)
                    )
                )
                ORDER BY left(record.name, 1) <> '*' DESC, length(record.name) DESC, record.type = 'URL' DESC
                LIMIT 1
            ) AS r
            WHERE r.type = 'URL'
            """
        )?.decode(0)
    }

    /// Has all zones with URL records published anew, in the lane of bulk work: for when the redirector's addresses have
    /// changed. Returns how many there are.
    package func publish() async throws -> Int {
        try await pool.execute(
            """
            INSERT INTO distribution.outbox (zone_id, zone_name, version, op, names, lane, request_id)
            SELECT z.id, z.name, z.version, 'P', CASE WHEN cardinality(u.names) <= 2000 THEN u.names END, 1,
                gen_random_uuid()
            FROM (
                SELECT zone_id, array_agg(DISTINCT name) AS names FROM app.record WHERE type = 'URL' GROUP BY zone_id
            ) AS u
            JOIN app.zone AS z ON z.id = u.zone_id
            WHERE z.active
            """
        )
    }
    /// How many URL records of served zones are published without an address. Zones whose changes wait for publication do
    /// not count yet.
    package func unanswered() async throws -> Int64 {
        try await pool.query(
            """
            SELECT count(*) FROM app.record AS r
            JOIN app.zone AS z ON z.id = r.zone_id AND z.active
            JOIN distribution.zone AS p ON p.zone_id = z.id AND p.live
            WHERE r.type = 'URL'
                AND NOT EXISTS (SELECT FROM distribution.outbox AS o WHERE o.zone_id = z.id)
                AND NOT EXISTS (
                    SELECT FROM distribution.rrset AS s
                    WHERE s.zone_id = z.id AND s.owner = lower(ltrim(r.name || '.', '.') || z.name || '.')
                        AND s.type IN (1, 28)
                )
                AND NOT EXISTS (
                    SELECT FROM distribution.regional_rrset AS s
                    WHERE s.zone_id = z.id AND s.owner = lower(ltrim(r.name || '.', '.') || z.name || '.')
                        AND s.type IN (1, 28)
                )
            """
        ).only().decode(0)
    }
}
