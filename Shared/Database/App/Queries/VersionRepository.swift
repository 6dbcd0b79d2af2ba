// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Postgres

/// Reads the versions of an account's zones, and how far they are distributed.
package struct VersionRepository: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// One page of a zone's versions, the newest first.
    package func list(of zone: Zone, page: Page = Page()) async throws -> PageResult<ZoneVersion> {
        let versions: PostgresQuery = """
            SELECT DISTINCT version FROM app.zone_change WHERE zone_id = \(zone.id)
            ORDER BY version DESC LIMIT \(page.size) OFFSET \(page.offset)
            """
        let rows = try await pool.query(Self.selection(zone: zone.id, versions: versions))
        let total = try await pool.query(
            "SELECT count(DISTINCT version) FROM app.zone_change WHERE zone_id = \(zone.id)"
        ).only().decode(0, as: Int.self)
        return PageResult(items: try rows.map(ZoneVersion.init(row:)), page: page, totalEntries: total)
    }

    /// A version of a zone.
    ///
    /// - Throws: `NotFound`.
    package func version(_ version: Int64, of zone: Zone) async throws -> ZoneVersion {
        let row = try await pool.first(Self.selection(zone: zone.id, versions: "SELECT \(version)::bigint AS version"))
        guard let row else {
            throw NotFound(.version, String(version))
        }
        return try ZoneVersion(row: row)
    }

    /// What one version did.
    ///
    /// - Throws: `ValidationErrors` when the history has the numbers only.
    package func diff(of version: Int64, zone: Zone) async throws -> VersionDiff {
        VersionDiff(
            try await HistoryQueries.steps(zone: zone.id, after: version - 1, through: version, in: pool)
        )
    }

    /// What turned version `start` of a zone into `end`; backwards when that is the older one.
    ///
    /// - Throws: `NotFound` for a version that the zone does not have, `ValidationErrors`.
    package func diff(from start: Int64, to end: Int64, zone: Zone) async throws -> VersionDiff {
        for version in [start, end] {
            guard (1...zone.version).contains(version) else {
                throw NotFound(.version, String(version))
            }
        }
        let steps = try await HistoryQueries.steps(
            zone: zone.id,
            after: min(start, end),
            through: max(start, end),
            in: pool
        )
        return start <= end ? VersionDiff(steps) : VersionDiff(steps).inverted
    }

    /// How far a version of a zone, or what came after it, has come.
    ///
    /// - Parameter identifier: the version's number, or the id of the request that made it.
    /// - Throws: `NotFound`.
    package func status(of identifier: String, zone: Zone) async throws -> ChangeStatus {
        let condition: PostgresQuery
        if let version = Int64(identifier) {
            condition = "version = \(version)"
        } else if let request = RequestIdentifier(identifier) {
            condition = "request_id = \(request.text)::uuid"
        } else {
            throw NotFound(.change, identifier)
        }
        let row = try await pool.first(
            """
            SELECT c.version, c.request_id, c.created_at, d.zone_id IS NOT NULL AS published,
                   count(n.name) AS nodes,
                   count(n.name) FILTER (
                       WHERE d.zone_id IS NOT NULL AND (l.id IS NULL OR n.acked >= l.pos) AND q.node IS NULL
                   ) AS acknowledged
            FROM (
                SELECT version, request_id::text AS request_id, created_at FROM app.zone_change
                WHERE zone_id = \(zone.id) AND \(condition) ORDER BY version DESC, id LIMIT 1
            ) AS c
            LEFT JOIN distribution.zone AS d ON d.zone_id = \(zone.id) AND d.version >= c.version
            LEFT JOIN LATERAL (
                SELECT id, pos, version FROM distribution.log WHERE zone_id = \(zone.id) AND version >= c.version
                ORDER BY id LIMIT 1
            ) AS l ON true
            LEFT JOIN distribution.node AS n ON \(ExpectedNode.condition)
            LEFT JOIN distribution.quarantine AS q
                ON q.node = n.name AND q.zone_id = \(zone.id) AND q.version <= coalesce(l.version, d.version)
            GROUP BY c.version, c.request_id, c.created_at, d.zone_id
            """
        )
        guard let row else {
            throw NotFound(.change, identifier)
        }
        return ChangeStatus(
            zoneName: zone.name,
            version: try row.decode("version"),
            requestID: try row.decode("request_id"),
            isPublished: try row.decode("published"),
            acknowledged: try row.decode("acknowledged"),
            nodes: try row.decode("nodes"),
            createdAt: try row.timestamp("created_at")
        )
    }

    private static func selection(zone: Int64, versions: PostgresQuery) -> PostgresQuery {
        let count = { (name: String) -> PostgresQuery in
            PostgresQuery(
                unescaped: """
                    sum(jsonb_array_length(coalesce(c.summary->'\(name)', '[]'))
                        + coalesce((c.summary#>>'{import,\(name)}')::integer, 0))::bigint
                    """
            )
        }
        return """
            SELECT c.version, min(c.zone_name) AS zone_name, min(c.request_id::text) AS request_id,
                   min(c.action) AS action, min(c.actor) AS actor, min(c.token_id) AS token_id,
                   min(c.remote_address) AS remote_address, min(c.created_at) AS created_at,
                   \(count("creates")) AS creates, \(count("updates")) AS updates, \(count("deletes")) AS deletes
            FROM (\(versions)) AS v JOIN app.zone_change AS c USING (version)
            WHERE c.zone_id = \(zone)
            GROUP BY c.version ORDER BY c.version DESC
            """
    }
}

extension ZoneVersion {
    init(row: PostgresRow) throws {
        self.init(
            version: try row.decode("version"),
            zoneName: try row.decode("zone_name"),
            requestID: try row.decode("request_id"),
            action: try row.decode("action"),
            actor: try row.decode("actor"),
            tokenID: try row.decode("token_id"),
            remoteAddress: try row.decode("remote_address"),
            createdAt: try row.timestamp("created_at"),
            createCount: try row.decode("creates"),
            updateCount: try row.decode("updates"),
            deleteCount: try row.decode("deletes")
        )
    }
}
