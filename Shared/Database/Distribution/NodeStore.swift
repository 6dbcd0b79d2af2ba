// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Postgres

/// What the origins know of their consumers: `distribution.node`.
package struct NodeStore: Sendable {
    /// The newest that is known of a consumer.
    package struct Report: Sendable, Hashable {
        package let name: String
        package let role: String
        package let software: String
        package let epoch: String
        /// Everything up to here is durable at the consumer.
        package let position: Int64
        package let isConnected: Bool
        /// The relay that it is connected to; empty for this origin itself.
        package let via: String
        /// Whether the connection began since the report before.
        package var isNew: Bool
        /// The place it stands at; empty when not told.
        package let site: String
        /// The region of the site; empty when not told.
        package let region: String
        /// Where it answers DNS, `host:port`; empty when not told.
        package let address: String

        package init(
            name: String,
            role: String,
            software: String,
            epoch: String,
            position: Int64,
            isConnected: Bool,
            via: String = "",
            isNew: Bool = false,
            site: String = "",
            region: String = "",
            address: String = ""
        ) {
            self.name = name
            self.role = role
            self.software = software
            self.epoch = epoch
            self.position = position
            self.isConnected = isConnected
            self.via = via
            self.isNew = isNew
            self.site = site
            self.region = region
            self.address = address
        }
    }

    private let pool: PostgresPool
    /// The name of this origin.
    private let origin: String

    package init(pool: PostgresPool, origin: String) {
        self.pool = pool
        self.origin = origin
    }

    /// Writes reports, one a consumer. "Disconnected" of a consumer that is with another origin or relay by now is passed
    /// over.
    package func write(_ reports: [Report]) async throws {
        try await pool.execute(
            """
            INSERT INTO distribution.node AS node
                (name, role, epoch, acked, connected, origin, software, via, site, region, address, seen_at, acked_at,
                connected_at)
            SELECT name, role, epoch, acked, connected, \(origin), software, nullif(via, ''), nullif(site, ''),
                nullif(region, ''), nullif(address, ''), now(), now(), CASE WHEN begins THEN now() END
            FROM unnest(
                \(reports.map(\.name)), \(reports.map(\.role)), \(reports.map(\.epoch)), \(reports.map(\.position)),
                \(reports.map(\.isConnected)), \(reports.map(\.software)), \(reports.map(\.via)),
                \(reports.map(\.site)), \(reports.map(\.region)), \(reports.map(\.address)),
                \(reports.map(\.isNew))
            ) AS given (name, role, epoch, acked, connected, software, via, site, region, address, begins)
            ON CONFLICT (name) DO UPDATE
            SET role = excluded.role, epoch = excluded.epoch, acked = excluded.acked, connected = excluded.connected,
                origin = excluded.origin, software = excluded.software, via = excluded.via, site = excluded.site,
                region = excluded.region, address = excluded.address, seen_at = excluded.seen_at,
                connected_at = coalesce(excluded.connected_at, node.connected_at),
                acked_at = CASE
                    WHEN (node.epoch, node.acked) IS DISTINCT FROM (excluded.epoch, excluded.acked)
                    THEN excluded.acked_at ELSE node.acked_at
                END
            WHERE excluded.connected
                OR (node.origin, node.via) IS NOT DISTINCT FROM (excluded.origin, excluded.via)
            """
        )
    }

    /// Marks as disconnected what an earlier run of this origin left connected.
    package func disconnectAll() async throws {
        try await pool.execute(
            "UPDATE distribution.node SET connected = false WHERE origin = \(origin) AND connected"
        )
    }

    /// How far, in positions, the connected consumer that is furthest behind in this epoch is; nil when there is none.
    package func greatestLag(epoch: String, head: Int64) async throws -> Int64? {
        let rows = try await pool.query(
            "SELECT \(head) - min(acked) FROM distribution.node WHERE connected AND epoch = \(epoch)"
        )
        return try rows.first?.decode(0)
    }
}
