// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Identity
package import Postgres

/// The API tokens: looked up by the hash of their text, which is all that is stored of it.
package struct TokenStore: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Whom a token speaks for, or nil when it is unknown, expired or revoked.
    ///
    /// Notes the use, at most once a minute a token, so that authentication stays a read.
    package func principal(for hash: TokenHash) async throws -> Principal? {
        let row = try await pool.first(
            """
            SELECT a.id, a.email, a.name, a.plan_identifier, a.created_at, a.updated_at, t.id AS token_id, t.access,
                   coalesce(t.last_used_at < now() - interval '1 minute', true) AS stale
            FROM app.api_token t JOIN app.account a ON a.id = t.account_id
            WHERE t.token_hash = \(hash.bytes) AND t.revoked_at IS NULL
              AND (t.expires_at IS NULL OR t.expires_at > now())
            """
        )
        guard let row else {
            return nil
        }
        let tokenID: Int64 = try row.decode("token_id")
        if try row.decode("stale") {
            try await noteUse(of: tokenID)
        }
        return Principal(account: try Account(row: row), tokenID: tokenID, access: try row.choice("access"))
    }

    /// Makes a token for an account; its text is known this once only.
    package func create(
        account: Int64,
        name: String,
        access: TokenAccess = .full,
        expiresAt: Timestamp? = nil
    ) async throws -> (token: APIToken, secret: TokenSecret) {
        let secret = TokenSecret()
        let rows = try await pool.query(
            """
            INSERT INTO app.api_token (account_id, name, token_hash, access, expires_at)
            VALUES (\(account), \(name), \(secret.hash.bytes), \(access.rawValue), \(expiresAt.map(\.postgres)))
            RETURNING \(APIToken.columns)
            """
        )
        return (try APIToken(row: rows.only()), secret)
    }

    /// An account's tokens by id.
    package func tokens(account: Int64) async throws -> [APIToken] {
        try await pool.query("SELECT \(APIToken.columns) FROM app.api_token WHERE account_id = \(account) ORDER BY id")
            .map(APIToken.init(row:))
    }

    /// Makes a token useless from now on; false when the account has no such live token.
    package func revoke(account: Int64, id: Int64) async throws -> Bool {
        try await pool.execute(
            """
            UPDATE app.api_token SET revoked_at = now()
            WHERE id = \(id) AND account_id = \(account) AND revoked_at IS NULL
            """
        ) > 0
    }

    /// Of concurrent requests one writes the note and the others go on: nobody waits for it.
    private func noteUse(of id: Int64) async throws {
        try await pool.execute(
            """
            UPDATE app.api_token SET last_used_at = now() WHERE id IN (
                SELECT id FROM app.api_token
                WHERE id = \(id) AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')
                FOR UPDATE SKIP LOCKED
            )
            """
        )
    }
}
