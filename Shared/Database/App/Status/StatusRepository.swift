// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Postgres

/// Reads where the way of changes stands: for the operator.
package struct StatusRepository: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The state of one moment.
    package func snapshot() async throws -> StatusSnapshot {
        try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { transaction in
            let totals = try await transaction.query(
                """
                SELECT s.head, s.floor,
                       (SELECT count(*) FROM distribution.outbox) AS outbox,
                       (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8
                        FROM distribution.outbox) AS waited,
                       (SELECT count(*) FROM distribution.log WHERE pos IS NULL) AS unsequenced,
                       (SELECT count(*) FROM app.zone) AS zones,
                       (SELECT count(*) FROM distribution.zone WHERE live) AS published,
                       (SELECT count(*) FROM distribution.quarantine) AS refusals
                FROM distribution.stream s
                """
            ).only()
            let nodes = try await transaction.query(
                """
                SELECT name, role, acked, connected, origin, software, seen_at, acked_at, site, region, address, via,
                       connected_at, \(ExpectedNode.condition) AS expected,
                       coalesce((
                           SELECT greatest(extract(epoch FROM clock_timestamp() - l.created_at), 0)
                           FROM distribution.log l WHERE l.pos > n.acked ORDER BY l.pos LIMIT 1
                       ), 0)::float8 AS lag_seconds,
                       (SELECT count(*) FROM distribution.quarantine q WHERE q.node = n.name) AS refusals
                FROM distribution.node n ORDER BY name
                """
            )
            let rollout = try await transaction.query(
                """
                SELECT r.site, s.head, CASE r.state WHEN 'held' THEN coalesce(r.reason, '') END AS reason, r.since,
                       least(greatest(r.position, r.released), s.head) AS position
                FROM distribution.rollout r CROSS JOIN distribution.stream s
                WHERE r.site IS NOT NULL
                """
            )
            let refused = try await transaction.query(
                """
                SELECT zone_name, version, node, code, reason, since FROM distribution.quarantine
                ORDER BY since, zone_name, node LIMIT \(StatusSnapshot.shownRefusals)
                """
            )
            let head: Int64 = try totals.decode("head")
            return StatusSnapshot(
                outboxDepth: try totals.decode("outbox"),
                oldestOutboxSeconds: try totals.decode("waited"),
                unsequenced: try totals.decode("unsequenced"),
                head: head,
                floor: try totals.decode("floor"),
                zones: try totals.decode("zones"),
                publishedZones: try totals.decode("published"),
                nodes: try nodes.map { try StatusSnapshot.Node(row: $0, head: head) },
                refusals: try totals.decode("refusals"),
                refused: try refused.map(StatusSnapshot.RefusedZone.init(row:)),
                rollout: try rollout.first.map(StatusSnapshot.Rollout.init(row:))
            )
        }
    }
}

extension StatusSnapshot.Node {
    init(row: PostgresRow, head: Int64) throws {
        let acknowledged: Int64 = try row.decode("acked")
        self.init(
            name: try row.decode("name"),
            role: try row.decode("role"),
            acknowledged: acknowledged,
            lag: max(0, head - acknowledged),
            isConnected: try row.decode("connected"),
            isExpected: try row.decode("expected"),
            origin: try row.decode("origin"),
            software: try row.decode("software"),
            seenAt: try row.timestamp("seen_at"),
            acknowledgedAt: try row.optionalTimestamp("acked_at"),
            site: try row.decode("site"),
            region: try row.decode("region"),
            address: try row.decode("address"),
            via: try row.decode("via"),
            connectedAt: try row.optionalTimestamp("connected_at"),
            lagSeconds: try row.decode("lag_seconds"),
            refusals: try row.decode("refusals")
        )
    }
}

extension StatusSnapshot.Rollout {
    init(row: PostgresRow) throws {
        let position: Int64 = try row.decode("position")
        self.init(
            site: try row.decode("site"),
            position: position,
            behind: try row.decode("head", as: Int64.self) - position,
            reason: try row.decode("reason"),
            since: try row.timestamp("since")
        )
    }
}

extension StatusSnapshot.RefusedZone {
    init(row: PostgresRow) throws {
        self.init(
            name: try row.decode("zone_name"),
            version: try row.decode("version"),
            node: try row.decode("node"),
            code: try row.decode("code"),
            reason: try row.decode("reason"),
            since: try row.timestamp("since")
        )
    }
}
