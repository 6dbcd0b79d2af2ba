// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Postgres

/// Finds the names of zones and domains by their ids: scopes go by name.
package struct ScopeNames: Sendable {
    /// What is looked for.
    package enum Kind: Sendable {
        case zone
        case domain
    }

    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The name of a zone or domain of the account; nil when it has none with this id.
    package func name(of kind: Kind, id: Int64, account: Int64) async throws -> String? {
        let table: PostgresQuery = kind == .zone ? "app.zone" : "app.domain"
        return try await pool.first("SELECT name FROM \(table) WHERE id = \(id) AND account_id = \(account)")?
            .decode("name")
    }
}
