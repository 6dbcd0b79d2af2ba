// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Domain
import Postgres

extension ZoneRecord {
    /// The columns of `app.record`. The serial of a SOA is the published one, once there is one: the row holds the serial
    /// that the zone began with. That of a zone that was signed elsewhere is its own: the signature covers it.
    static var columns: PostgresQuery {
        #"""
        id, name,
        CASE WHEN type = 'SOA' AND NOT EXISTS (
            SELECT FROM app.zone z WHERE z.id = record.zone_id AND z.presigned_at IS NOT NULL
        ) THEN coalesce(
            regexp_replace(content, '^(\S+ \S+ )\d+', '\1' || (
                SELECT d.serial FROM distribution.zone d WHERE d.zone_id = record.zone_id AND d.live
            )),
            content
        ) ELSE content END AS content,
        ttl, priority, type, regions, system_record, created_at, updated_at
        """#
    }

    init(row: PostgresRow, zoneName: String) throws {
        self.init(
            id: try row.decode(0),
            zoneName: zoneName,
            name: try row.decode(1),
            content: try row.decode(2),
            ttl: try row.decode(3),
            priority: try row.decode(4),
            type: try row.decode(5),
            regions: try row.decode(6),
            systemRecord: try row.decode(7),
            createdAt: try row.timestamp("created_at"),
            updatedAt: try row.timestamp("updated_at")
        )
    }
}

extension StoredRecord {
    static var columns: PostgresQuery {
        "id, name, content, ttl, priority, type, regions, system_record, created_at, updated_at, rdata"
    }

    init(row: PostgresRow) throws {
        let mnemonic: String = try row.decode(5)
        guard let type = RRType(apiName: mnemonic) else {
            throw PostgresError(.decoding, message: "column type does not hold a record type")
        }
        self.init(
            id: try row.decode(0),
            name: try row.decode(1),
            type: type,
            content: try row.decode(2),
            ttl: try row.decode(3),
            priority: try row.decode(4),
            regions: try row.decode(6),
            isSystem: try row.decode(7),
            rdata: try row.decode(10),
            createdAt: try row.timestamp("created_at"),
            updatedAt: try row.timestamp("updated_at")
        )
    }
}
