// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Postgres

/// Reads which zones of an account were deleted and can be restored.
package struct DeletedZoneRepository: Sendable {
    /// How long a zone can be restored.
    package static let days = 30

    /// A condition on `app.deleted_zone`.
    static var isRestorable: PostgresQuery {
        "deleted_at > now() - make_interval(days => \(Int32(days)))"
    }

    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// One page of them, the last deleted first. Of zones that tokens may not see none is shown.
    package func list(account: Int64, names: [String]? = nil, page: Page = Page()) async throws -> PageResult<
        DeletedZone
    > {
        var conditions: [PostgresQuery] = [
            "account_id = \(account)", "restored_at IS NULL", Self.isRestorable,
        ]
        if let names {
            conditions.append("name = ANY(\(names)::text[])")
        }
        return try await Listing.page(
            page,
            of: "zone_id, account_id, name, version, deleted_by, deleted_at",
            from: "app.deleted_zone",
            where: conditions,
            orderBy: "deleted_at DESC, zone_id DESC",
            in: pool
        ) { row in
            DeletedZone(
                id: try row.decode("zone_id"),
                accountID: try row.decode("account_id"),
                name: try row.decode("name"),
                deletedBy: try row.decode("deleted_by"),
                deletedAt: try row.timestamp("deleted_at"),
                restorableDays: Self.days
            )
        }
    }
}
