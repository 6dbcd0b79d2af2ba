// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

/// Targets in zones of our own.
///
/// Only where all records with the target are of the account that has the zone: anybody may make a zone with any name
/// here, and must not get a say about the targets of others.
extension AliasStore {
    /// How far a chain of ALIAS records may go.
    private static let longestChain: Int64 = 16

    /// A target whose name is published here.
    package struct Home: Sendable, Hashable {
        package var name: String
        package var zone: AliasResult.Home
        /// The published lines of A, AAAA and CNAME RRsets at the name.
        package var lines: [String]
        /// Whether ALIAS records lead from it back to it, or further than is followed.
        package var isLoop: Bool
    }

    /// Those of the targets that are published here and whose zones' owner is the only one that uses them.
    package func homes(of names: [String]) async throws -> [Home] {
        let rows = try await pool.query(
            """
            WITH RECURSIVE home AS (
                SELECT t.name, z.id AS zone_id, z.name AS zone_name, z.account_id, p.version
                FROM unnest(\(names)) AS t (name)
                CROSS JOIN LATERAL (
                    SELECT id, name, account_id FROM app.zone
                    WHERE name = ANY (distribution.name_and_above(rtrim(t.name, '.')))
                    ORDER BY length(name) DESC LIMIT 1
                ) AS z
                JOIN distribution.zone AS p ON p.zone_id = z.id AND p.live
                WHERE NOT EXISTS (
                    SELECT FROM app.record AS r JOIN app.zone AS user_zone ON user_zone.id = r.zone_id
                    WHERE r.type = 'ALIAS' AND lower(r.content) = t.name AND user_zone.account_id <> z.account_id
                )
            ), walk AS (
                SELECT name AS start, rtrim(name, '.') AS name, account_id, 0 AS depth FROM home
                UNION ALL
                SELECT w.start, rtrim(lower(r.content), '.'), w.account_id, w.depth + 1
                FROM walk AS w
                CROSS JOIN LATERAL (
                    SELECT id, name FROM app.zone
                    WHERE name = ANY (distribution.name_and_above(w.name)) AND account_id = w.account_id AND active
                    ORDER BY length(name) DESC LIMIT 1
                ) AS z
                CROSS JOIN LATERAL (
                    SELECT record.type, record.content FROM app.record AS record
                    WHERE record.zone_id = z.id AND record.name = ANY (
                        left(w.name, greatest(length(w.name) - length(z.name) - 1, 0))
                        || ARRAY(
                            SELECT rtrim('*.' || left(above, greatest(length(above) - length(z.name) - 1, 0)), '.')
                            FROM unnest(distribution.name_and_above(w.name)) AS above
                            WHERE above <> w.name AND length(above) >= length(z.name)
                        )
                    )
                    ORDER BY left(record.name, 1) <> '*' DESC, length(record.name) DESC, record.type = 'ALIAS' DESC
                    LIMIT 1
                ) AS r
                WHERE r.type = 'ALIAS' AND w.depth < \(Self.longestChain)
            ), looped AS (
                SELECT DISTINCT start FROM walk WHERE depth = \(Self.longestChain)
            )
            SELECT h.name, h.zone_id, h.version, h.name IN (SELECT start FROM looped) AS is_loop,
                (SELECT string_agg(body, '') FROM distribution.rrset
                 WHERE zone_id = h.zone_id AND owner = rtrim(h.name, '.') || '.' AND type IN (1, 5, 28)) AS lines,
                EXISTS (
                    SELECT FROM distribution.rrset
                    WHERE zone_id = h.zone_id AND type IN (2, 39) AND owner = ANY (
                        SELECT above || '.' FROM unnest(distribution.name_and_above(rtrim(h.name, '.'))) AS above
                        WHERE length(above) > length(h.zone_name)
                    )
                ) AS is_elsewhere
            FROM home AS h
            """
        )
        var homes: [Home] = []
        for row in rows {
            let lines: String? = try row.decode("lines")
            let isLoop: Bool = try row.decode("is_loop")
            let isElsewhere: Bool = try row.decode("is_elsewhere")
            // What is not published under its own name (wildcards, names below a cut) is for the resolvers.
            guard isLoop || lines != nil && !isElsewhere else { continue }
            homes.append(
                Home(
                    name: try row.decode("name"),
                    zone: AliasResult.Home(zone: try row.decode("zone_id"), version: try row.decode("version")),
                    lines: (lines ?? "").split(separator: "\n").map(String.init),
                    isLoop: isLoop
                )
            )
        }
        return homes
    }
}
