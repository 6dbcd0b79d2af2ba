// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Postgres

/// Reads an account's domains. Changes go through `ZoneEditor`.
package struct DomainRepository: Sendable {
    let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// One page of an account's domains; by name unless `sort` says otherwise.
    ///
    /// Reverse zones are listed as zones only: nobody registers them. With `registrant` only the domains that name this
    /// contact are taken. With a name filter and no `sort`, an exact match comes first: some clients take the first entry.
    package func list(
        account: Int64,
        filter: NameFilter = NameFilter(),
        sort: [Sort<DomainSortField>] = [],
        page: Page = Page(),
        registrant: Int64? = nil
    ) async throws -> PageResult<HostedDomain> {
        let (conditions, order) = Self.selection(account: account, filter, sort, registrant: registrant)
        let isAll = filter.isEmpty && registrant == nil
        return try await Listing.page(
            page,
            of: HostedDomain.columns,
            from: "app.domain",
            where: conditions,
            orderBy: order,
            in: pool,
            counting: isAll ? Listing.total("domains", of: account, in: pool) : nil,
            decode: HostedDomain.init(row:)
        )
    }

    /// The conditions and the order of a list.
    static func selection(
        account: Int64,
        _ filter: NameFilter,
        _ sort: [Sort<DomainSortField>],
        registrant: Int64? = nil
    ) -> (conditions: [PostgresQuery], order: PostgresQuery) {
        var conditions: [PostgresQuery] = [
            "account_id = \(account)", "name NOT LIKE '%.in-addr.arpa' AND name NOT LIKE '%.ip6.arpa'",
        ]
        if let names = filter.names {
            conditions.append("name = ANY(\(names)::text[])")
        }
        var order = Listing.order(sort, otherwise: .name) { $0 == .id ? "id" : "name" }
        if let registrant {
            conditions.append("registrant_id = \(registrant)")
        }
        if let part = filter.nameLike?.lowercased(), !part.isEmpty {
            conditions.append(Listing.name(contains: part, account: account))
            if sort.isEmpty {
                order = "name <> \(ZoneName.key(part)), name"
            }
        }
        return (conditions, order)
    }

    /// A domain of the account.
    ///
    /// - Throws: `NotFound`.
    package func domain(account: Int64, _ identifier: ResourceIdentifier) async throws -> HostedDomain {
        let row = try await pool.first(
            """
            SELECT \(HostedDomain.columns) FROM app.domain
            WHERE account_id = \(account) AND \(identifier.condition)
            """
        )
        guard let row else {
            throw NotFound(.domain, identifier.description)
        }
        return try HostedDomain(row: row)
    }
}
