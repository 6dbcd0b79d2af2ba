// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Postgres

extension Template {
    static var columns: PostgresQuery {
        "id, account_id, name, sid, description, created_at, updated_at"
    }

    init(row: PostgresRow) throws {
        self.init(
            id: try row.decode("id"),
            accountID: try row.decode("account_id"),
            name: try row.decode("name"),
            sid: try row.decode("sid"),
            description: try row.decode("description"),
            createdAt: try row.timestamp("created_at"),
            updatedAt: try row.timestamp("updated_at")
        )
    }
}

extension TemplateRecord {
    static var columns: PostgresQuery {
        "id, template_id, name, content, ttl, priority, type, created_at, updated_at"
    }

    init(row: PostgresRow) throws {
        self.init(
            id: try row.decode("id"),
            templateID: try row.decode("template_id"),
            name: try row.decode("name"),
            content: try row.decode("content"),
            ttl: try row.decode("ttl"),
            priority: try row.decode("priority"),
            type: try row.decode("type"),
            createdAt: try row.timestamp("created_at"),
            updatedAt: try row.timestamp("updated_at")
        )
    }
}

extension ResourceIdentifier {
    /// The condition that picks a template: by id, or by its short name as it is written.
    var templateCondition: PostgresQuery {
        switch self {
        case .id(let id): "id = \(id)"
        case .name(let sid): "sid = \(sid)"
        }
    }
}
