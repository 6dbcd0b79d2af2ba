// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Postgres

/// Reads an account's zones and how far they are distributed. Changes go through `ZoneEditor`.
package struct ZoneRepository: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// One page of an account's zones; by name unless `sort` says otherwise.
    package func list(
        account: Int64,
        filter: NameFilter = NameFilter(),
        sort: [Sort<ZoneSortField>] = [],
        page: Page = Page()
    ) async throws -> PageResult<Zone> {
        var conditions: [PostgresQuery] = ["account_id = \(account)"]
        if let names = filter.names {
            conditions.append("name = ANY(\(names)::text[])")
        }
        if let part = filter.nameLike?.lowercased(), !part.isEmpty {
            conditions.append(Listing.name(contains: part, account: account))
        }
        return try await Listing.page(
            page,
            of: Zone.columns,
            from: "app.zone",
            where: conditions,
            orderBy: Listing.order(sort, otherwise: .name) { $0.rawValue },
            in: pool,
            counting: filter.isEmpty ? Listing.total("zones", of: account, in: pool) : nil,
            decode: Zone.init(row:)
        )
    }

    /// A zone of the account.
    ///
    /// - Throws: `NotFound`.
    package func zone(account: Int64, _ identifier: ResourceIdentifier) async throws -> Zone {
        let row = try await pool.lookup(
            "SELECT \(Zone.columns) FROM app.zone WHERE account_id = \(account) AND \(identifier.condition)"
        )
        guard let row else {
            throw NotFound(.zone, identifier.description)
        }
        return try Zone(row: row)
    }

    /// The zone with `name` whoever owns it, or nil: for the operator.
    package func zone(named name: String) async throws -> Zone? {
        try await pool.first("SELECT \(Zone.columns) FROM app.zone WHERE \(ResourceIdentifier.name(name).condition)")
            .map(Zone.init(row:))
    }

    /// How far the zone's newest committed version has come.
    ///
    /// A published version whose log entry is pruned counts as applied by all: pruning waits for them. One that refuses
    /// the zone has not applied it, whatever position it acknowledges; nor has one that was seen to answer otherwise.
    ///
    /// - Throws: `NotFound` when the zone has gone.
    package func distribution(of zone: Zone) async throws -> ZoneDistribution {
        let row = try await pool.first(
            """
            SELECT z.version, d.version AS published,
                   CASE WHEN d.zone_id IS NULL THEN NULL WHEN l.id IS NULL THEN 0 ELSE l.pos END AS position,
                   count(n.name) AS nodes,
                   count(n.name) FILTER (
                       WHERE (l.id IS NULL OR n.acked >= l.pos) AND q.node IS NULL AND p.node IS NULL
                   ) AS acknowledged
            FROM app.zone z
            LEFT JOIN distribution.zone d ON d.zone_id = z.id
            LEFT JOIN distribution.log l ON l.id = d.log_id
            LEFT JOIN distribution.node n ON \(ExpectedNode.condition)
            LEFT JOIN distribution.quarantine q ON q.node = n.name AND q.zone_id = z.id
            LEFT JOIN distribution.probe_difference p ON p.node = n.name AND p.zone_id = z.id
            WHERE z.id = \(zone.id)
            GROUP BY z.version, d.zone_id, d.version, l.id, l.pos
            """
        )
        guard let row else {
            throw NotFound(.zone, zone.name)
        }
        return ZoneDistribution(
            version: try row.decode("version"),
            publishedVersion: try row.decode("published"),
            position: try row.decode("position"),
            acknowledged: try row.decode("acknowledged"),
            nodes: try row.decode("nodes")
        )
    }
}
