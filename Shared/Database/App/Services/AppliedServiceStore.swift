// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Postgres

/// Reads which services domains have been given. Changes go through `ZoneEditor`.
package struct AppliedServiceStore: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The services of a domain of the account, by id. One that the catalogue no longer has is left out.
    ///
    /// - Throws: `NotFound` (domain).
    package func services(account: Int64, domain identifier: ResourceIdentifier) async throws -> [Service] {
        let rows = try await pool.query(
            """
            SELECT s.service_id
            FROM (SELECT id FROM app.domain WHERE account_id = \(account) AND \(identifier.condition)) AS d
            JOIN app.zone z ON z.domain_id = d.id
            LEFT JOIN app.applied_service s ON s.zone_id = z.id
            ORDER BY s.service_id
            """
        )
        guard !rows.isEmpty else { throw NotFound(.domain, identifier.description) }
        return try rows.compactMap { row in
            let id: Int64? = try row.decode("service_id")
            return id.flatMap { ServiceCatalogue.service(.id($0)) }
        }
    }
}
