// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Identity
import Postgres

/// A user's own tokens, which are good for all accounts of the user. Changes stand in the audit of each of them.
extension TokenEditor {
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
            let (before, after) = try await Self.revoke(id, of: .user(user), in: transaction)
            try await UserBook.record(
                "token.revoke",
                of: user,
                subject: "token/\(id)",
                before: JSONWriter.text(of: before),
                after: JSONWriter.text(of: after),
                context: context,
                in: transaction
            )
        }
    }
}
