// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Identity
package import Postgres

/// What customers do with the tokens of their accounts: each change with its audit row.
package struct TokenEditor: Sendable {
    let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// One page of an account's tokens by id, without the revoked ones.
    package func list(account: Int64, page: Page) async throws -> PageResult<APIToken> {
        try await Listing.page(
            page,
            of: APIToken.columns,
            from: "app.api_token",
            where: ["account_id = \(account)", "revoked_at IS NULL"],
            orderBy: "id",
            in: pool,
            decode: APIToken.init(row:)
        )
    }

    /// A token of the account that is not revoked.
    ///
    /// - Throws: `NotFound`.
    package func token(account: Int64, id: Int64) async throws -> APIToken {
        let row = try await pool.first(
            """
            SELECT \(APIToken.columns) FROM app.api_token
            WHERE account_id = \(account) AND id = \(id) AND revoked_at IS NULL
            """
        )
        guard let row else {
            throw NotFound(.token, String(id))
        }
        return try APIToken(row: row)
    }

    /// When a token ends; nil when it does not, or is none.
    package func end(of id: Int64) async throws -> Timestamp? {
        try await pool.first("SELECT expires_at FROM app.api_token WHERE id = \(id)")?.optionalTimestamp("expires_at")
    }

    /// Makes a token of the account; its text is known this once only.
    package func create(
        _ draft: TokenDraft,
        account: Account,
        context: ChangeContext
    ) async throws -> (token: APIToken, secret: TokenSecret) {
        let secret = TokenSecret()
        let token = try await pool.withTransaction { transaction in
            let token = try await TokenStore.insert(draft, owner: .account(account.id), secret, in: transaction)
            let change = AccountChange(
                account: account,
                action: "token.create",
                subject: "token/\(token.id)",
                before: nil,
                after: JSONWriter.text(of: token),
                context: context
            )
            try await AccountBook.record(change, in: transaction)
            return token
        }
        return (token, secret)
    }

    /// Makes a token of the account useless from now on.
    ///
    /// - Throws: `NotFound`.
    package func revoke(account: Account, id: Int64, context: ChangeContext) async throws {
        try await pool.withTransaction { transaction in
            let row = try await transaction.first(
                """
                UPDATE app.api_token SET revoked_at = now()
                WHERE id = \(id) AND account_id = \(account.id) AND revoked_at IS NULL
                RETURNING \(APIToken.columns)
                """
            )
            guard let token = try row.map(APIToken.init(row:)) else {
                throw NotFound(.token, String(id))
            }
            var before = token
            before.revokedAt = nil
            let change = AccountChange(
                account: account,
                action: "token.revoke",
                subject: "token/\(id)",
                before: JSONWriter.text(of: before),
                after: JSONWriter.text(of: token),
                context: context
            )
            try await AccountBook.record(change, in: transaction)
        }
    }
}
