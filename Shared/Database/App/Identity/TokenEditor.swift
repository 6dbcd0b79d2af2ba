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

    /// One page of the tokens of an account or a user by id, without the revoked ones.
    package func list(of owner: TokenOwner, page: Page) async throws -> PageResult<APIToken> {
        try await Listing.page(
            page,
            of: APIToken.columns,
            from: "app.api_token",
            where: [owner.condition, "revoked_at IS NULL"],
            orderBy: "id",
            in: pool,
            decode: APIToken.init(row:)
        )
    }

    /// A token of an account or a user that is not revoked.
    ///
    /// - Throws: `NotFound`.
    package func token(of owner: TokenOwner, id: Int64) async throws -> APIToken {
        let row = try await pool.first(
            """
            SELECT \(APIToken.columns) FROM app.api_token
            WHERE \(owner.condition) AND id = \(id) AND revoked_at IS NULL
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
            let (before, after) = try await Self.revoke(id, of: .account(account.id), in: transaction)
            let change = AccountChange(
                account: account,
                action: "token.revoke",
                subject: "token/\(id)",
                before: JSONWriter.text(of: before),
                after: JSONWriter.text(of: after),
                context: context
            )
            try await AccountBook.record(change, in: transaction)
        }
    }

    /// Revokes a token; returns it as it was and as it is.
    ///
    /// - Throws: `NotFound`.
    static func revoke(
        _ id: Int64,
        of owner: TokenOwner,
        in transaction: PostgresTransaction
    ) async throws -> (before: APIToken, after: APIToken) {
        let row = try await transaction.first(
            """
            UPDATE app.api_token SET revoked_at = now()
            WHERE id = \(id) AND \(owner.condition) AND revoked_at IS NULL
            RETURNING \(APIToken.columns)
            """
        )
        guard let after = try row.map(APIToken.init(row:)) else {
            throw NotFound(.token, String(id))
        }
        var before = after
        before.revokedAt = nil
        return (before, after)
    }
}

extension TokenOwner {
    /// The condition that picks the owner's tokens.
    fileprivate var condition: PostgresQuery {
        switch self {
        case .account(let id): "account_id = \(id)"
        case .user(let id): "person_id = \(id)"
        }
    }
}
