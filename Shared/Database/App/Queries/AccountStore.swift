// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Postgres

/// The accounts.
package struct AccountStore: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The account with `id`, or nil.
    package func account(id: Int64) async throws -> Account? {
        try await pool.first("SELECT \(Account.columns) FROM app.account WHERE id = \(id)").map(Account.init(row:))
    }

    /// All accounts by id: for the operator.
    package func all() async throws -> [Account] {
        try await pool.query("SELECT \(Account.columns) FROM app.account ORDER BY id").map(Account.init(row:))
    }

    /// Makes an account.
    package func create(email: String, name: String) async throws -> Account {
        let rows = try await pool.query(
            "INSERT INTO app.account (email, name) VALUES (\(email), \(name)) RETURNING \(Account.columns)"
        )
        return try Account(row: rows.only())
    }
}
