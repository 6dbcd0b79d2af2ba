// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Postgres

/// Reads the e-mail forwards of an account's domains. Changes go through `ZoneEditor`, as they concern the zone.
package struct EmailForwardStore: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// One page of a domain's forwards; by id unless `sort` says otherwise.
    ///
    /// - Throws: `NotFound` (domain).
    package func list(
        account: Int64,
        domain: ResourceIdentifier,
        sort: [Sort<EmailForwardSortField>] = [],
        page: Page = Page()
    ) async throws -> PageResult<EmailForward> {
        let domain = try await DomainScope.domain(domain, account: account, in: pool)
        return try await EmailForward.page(page, of: domain.id, sort: sort, otherwise: .id, in: pool)
    }

    /// A forward of a domain.
    ///
    /// - Throws: `NotFound` (domain, forward).
    package func forward(account: Int64, domain: ResourceIdentifier, id: Int64) async throws -> EmailForward {
        let domain = try await DomainScope.domain(domain, account: account, in: pool)
        return try await EmailForward.find(id, of: domain.id, in: pool)
    }
}

extension EmailForward: OwnedRow {
    static var table: PostgresQuery { "app.email_forward" }
    static var ownerColumn: PostgresQuery { "domain_id" }
    static var notFoundKind: NotFound.Kind { .emailForward }

    static var columns: PostgresQuery {
        "id, domain_id, alias_email, destination_email, created_at, updated_at"
    }

    init(row: PostgresRow) throws {
        self.init(
            id: try row.decode("id"),
            domainID: try row.decode("domain_id"),
            aliasEmail: try row.decode("alias_email"),
            destinationEmail: try row.decode("destination_email"),
            createdAt: try row.timestamp("created_at"),
            updatedAt: try row.timestamp("updated_at")
        )
    }
}
