// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
package import Identity
package import Postgres

/// The people who can log in, and the accounts that they work in.
package struct UserStore: Sendable {
    let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// A user with all rights of the memberships; nil when there is no such user.
    package func caller(id: Int64) async throws -> Caller? {
        guard let row = try await pool.first("SELECT \(User.columns) FROM app.person WHERE id = \(id)") else {
            return nil
        }
        return try await caller(of: try User(row: row))
    }

    /// `user` with all rights of the memberships.
    package func caller(of user: User) async throws -> Caller {
        let memberships = try await pool.query(
            """
            SELECT a.id, a.email, a.name, a.plan_identifier, a.created_at, a.updated_at, m.access
            FROM app.membership m JOIN app.account a ON a.id = m.account_id
            WHERE m.person_id = \(user.id) ORDER BY a.id
            """
        ).map { Membership(account: try Account(row: $0), access: try $0.choice("access")) }
        return Caller(subject: .user(user, memberships), tokenID: nil, grant: .unlimited)
    }

    /// Makes a user; `passwordHash` is a PHC string.
    ///
    /// - Throws: `ValidationErrors` for an e-mail address that is taken.
    package func create(email: String, passwordHash: String) async throws -> User {
        let row = try await pool.first(
            """
            INSERT INTO app.person (email, password_hash) VALUES (\(email), \(passwordHash))
            ON CONFLICT DO NOTHING RETURNING \(User.columns)
            """
        )
        guard let row else {
            throw ValidationErrors("email", "has already been taken")
        }
        return try User(row: row)
    }

    /// Makes a user a member of an account, or changes what the member may do.
    package func join(_ user: Int64, account: Int64, access: TokenAccess = .full) async throws {
        try await pool.execute(
            """
            INSERT INTO app.membership (person_id, account_id, access) VALUES (\(user), \(account), \(access.rawValue))
            ON CONFLICT (person_id, account_id) DO UPDATE SET access = excluded.access
            """
        )
    }
}
