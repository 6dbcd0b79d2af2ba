// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Postgres

extension PrimaryServer: OwnedRow {
    static var table: PostgresQuery { "app.primary_server" }
    static var ownerColumn: PostgresQuery { "account_id" }
    static var notFoundKind: NotFound.Kind { .primaryServer }

    static var columns: PostgresQuery {
        """
        id, account_id, name, ip, port, created_at, updated_at,
        ARRAY(
            SELECT z.name FROM app.primary_server_zone l JOIN app.zone z ON z.id = l.zone_id
            WHERE l.primary_server_id = primary_server.id ORDER BY z.name
        ) AS zones
        """
    }

    init(row: PostgresRow) throws {
        self.init(
            id: try row.decode("id"),
            accountID: try row.decode("account_id"),
            name: try row.decode("name"),
            ip: try row.decode("ip"),
            port: try row.decode("port"),
            linkedSecondaryZones: try row.decode("zones"),
            createdAt: try row.timestamp("created_at"),
            updatedAt: try row.timestamp("updated_at")
        )
    }
}
