// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Identity
import Postgres

/// A user's own tokens, which are good for all accounts of the user. Changes stand in the audit of each of them.
extension TokenEditor {
    /// One page of a user's tokens by id, without the revoked ones.
    package func list(user: Int64, page: Page) async throws -> PageResult<APIToken> {
        try await Listing.page(
            page,
            of: APIToken.columns,
            from: "app.api_token",
            where: ["person_id = \(user)", "revoked_at IS NULL"],
            orderBy: "id",
            in: pool,
            decode: APIToken.init(row:)
        )
    }

    /// A token of the user that is not revoked.
    ///
    /// - Throws: `NotFound`.
    package func token(user: Int64, id: Int64) async throws -> APIToken {
        let row = try await pool.first(
            """
            SELECT \(APIToken.columns) FROM app.api_token
            WHERE person_id = \(user) AND id = \(id) AND revoked_at IS NULL
            """
        )
        guard let row else {
            throw NotFound(.token, String(id))
        }
        return try APIToken(row: row)
    }

    /// Makes a token of the user; its text is known this once only.
    package func create(
        _ draft: TokenDraft,
        user: Int64,
        context: ChangeContext
    ) async throws -> (token: APIToken, secret: TokenSecret) {
        let secret = TokenSecret(.user)
        let token = try await pool.withTransaction { transaction in
            try await IdempotencyMark.set(context, in: transaction)
            let token = try await TokenStore.insert(draft, owner: .user(user), secret, in: transaction)
            try await UserBook.record(
                "token.create",
                of: user,
                subject: "token/\(token.id)",
                after: JSONWriter.text(of: token),
                context: context,
                in: transaction
            )
            return token
        }
        return (token, secret)
    }

    /// Makes a token of the user useless from now on.
    ///
    /// - Throws: `NotFound`.
    package func revoke(user: Int64, id: Int64, context: ChangeContext) async throws {
        try await pool.withTransaction { transaction in
            let row = try await transaction.first(
                """
                UPDATE app.api_token SET revoked_at = now()
                WHERE id = \(id) AND person_id = \(user) AND revoked_at IS NULL
                RETURNING \(APIToken.columns)
                """
            )
            guard let token = try row.map(APIToken.init(row:)) else {
                throw NotFound(.token, String(id))
            }
            var before = token
            before.revokedAt = nil
            try await UserBook.record(
                "token.revoke",
                of: user,
                subject: "token/\(id)",
                before: JSONWriter.text(of: before),
                after: JSONWriter.text(of: token),
                context: context,
                in: transaction
            )
        }
    }
}
