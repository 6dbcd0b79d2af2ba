// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Postgres

extension Template: OwnedRow {
    static var table: PostgresQuery { "app.template" }
    static var ownerColumn: PostgresQuery { "account_id" }
    static var notFoundKind: NotFound.Kind { .template }

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

extension TemplateRecord: OwnedRow {
    static var table: PostgresQuery { "app.template_record" }
    static var ownerColumn: PostgresQuery { "template_id" }
    static var notFoundKind: NotFound.Kind { .record }

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
