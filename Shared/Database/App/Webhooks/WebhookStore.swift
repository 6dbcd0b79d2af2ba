// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Jobs
package import Postgres

/// A webhook of an account, as its owner sees it.
package struct Webhook: Sendable, Hashable {
    package let id: Int64
    package let url: String
    /// What deliveries are signed with: `whsec_` and base64 (Standard Webhooks).
    package let secret: String
    /// Whether deliveries were stopped after too many failures in a row.
    package let isSuppressed: Bool
}

/// The webhooks of accounts.
package struct WebhookStore: Sendable {
    private let pool: PostgresPool

    /// Works on the given pool.
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// A new webhook with a secret of its own.
    package func create(account: Int64, url: String) async throws -> Webhook {
        let rows = try await pool.query(
            """
            INSERT INTO app.webhook (account_id, url, secret)
            VALUES (\(account), \(url), \(WebhookSecret.generate()))
            RETURNING id, url, secret, suppressed_at IS NOT NULL AS suppressed
            """
        )
        return try Self.webhook(try rows.only())
    }

    /// An account's webhooks by id.
    package func list(account: Int64) async throws -> [Webhook] {
        try await pool.query(
            """
            SELECT id, url, secret, suppressed_at IS NOT NULL AS suppressed
            FROM app.webhook WHERE account_id = \(account) ORDER BY id
            """
        ).map(Self.webhook)
    }

    /// False when the account has no such webhook.
    package func delete(account: Int64, id: Int64) async throws -> Bool {
        try await pool.execute("DELETE FROM app.webhook WHERE id = \(id) AND account_id = \(account)") > 0
    }

    private static func webhook(_ row: PostgresRow) throws -> Webhook {
        Webhook(
            id: try row.decode("id"),
            url: try row.decode("url"),
            secret: try row.decode("secret"),
            isSuppressed: try row.decode("suppressed")
        )
    }
}
