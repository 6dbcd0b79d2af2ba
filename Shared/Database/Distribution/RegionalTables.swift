// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres

/// Where the published state of a region is read from, in place of the tables of what is published everywhere. An empty
/// region is everywhere.
///
/// Relations for a FROM clause, with these tables' columns; conditions on `zone_id`, `owner` and `type` reach the
/// indexes below them.
enum RegionalTables {
    /// `distribution.zone` as the region has it.
    static func zones(_ region: String) -> PostgresQuery {
        guard !region.isEmpty else { return "distribution.zone" }
        return """
            (
                SELECT z.zone_id, z.name, z.version, z.serial, z.live, coalesce(r.rr_count, z.rr_count) AS rr_count,
                    coalesce(r.hash, z.hash) AS hash, z.log_id, z.regions
                FROM distribution.zone AS z
                LEFT JOIN distribution.regional_zone AS r ON r.zone_id = z.zone_id AND r.region = \(region)
            )
            """
    }

    /// `distribution.rrset` as the region has it.
    static func rrsets(_ region: String) -> PostgresQuery {
        guard !region.isEmpty else { return "distribution.rrset" }
        return """
            (
                SELECT g.zone_id, g.owner, g.type, g.rr_count, g.hash, g.body
                FROM distribution.rrset AS g
                WHERE NOT EXISTS (
                    SELECT FROM distribution.regional_rrset AS o
                    WHERE o.zone_id = g.zone_id AND o.region = \(region) AND o.owner = g.owner AND o.type = g.type
                )
                UNION ALL
                SELECT o.zone_id, o.owner, o.type, o.rr_count, o.hash, o.body
                FROM distribution.regional_rrset AS o WHERE o.region = \(region)
            )
            """
    }
}
