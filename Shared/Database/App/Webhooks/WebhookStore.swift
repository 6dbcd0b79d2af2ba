// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
import Jobs
package import Postgres

/// The webhooks of accounts. Changes that come with a context are booked: audit, and the account's other webhooks.
package struct WebhookStore: Sendable {
    /// Most webhooks of one account: every change makes a job for each.
    package static let maximumPerAccount = 20

    let pool: PostgresPool

    /// Works on the given pool.
    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// A new webhook with a secret of its own: for the operator.
    package func create(account: Int64, url: String) async throws -> Webhook {
        try await Self.insert(account: account, url: url, in: pool)
    }

    /// A new webhook with a secret of its own. It is told of itself.
    ///
    /// - Throws: `ValidationErrors` for `base` when the account has too many.
    package func create(account: Account, _ address: WebhookAddress, context: ChangeContext) async throws -> Webhook {
        try await pool.withTransaction { transaction in
            try await Webhook.requireRoom(
                of: account.id,
                maximum: Self.maximumPerAccount,
                "webhooks",
                in: transaction
            )
            let webhook = try await Self.insert(account: account.id, url: address.text, in: transaction)
            let change = AccountChange(
                "webhook.create",
                of: "webhook/\(webhook.id)",
                as: "webhook",
                after: webhook,
                account: account,
                context: context
            )
            try await AccountBook.record(change, in: transaction)
            return webhook
        }
    }

    /// An account's webhooks by id, the latest first when `ascending` is false.
    package func list(account: Int64, ascending: Bool = true) async throws -> [Webhook] {
        try await pool.query(
            """
            SELECT \(Webhook.columns) FROM app.webhook WHERE account_id = \(account)
            ORDER BY id \(unescaped: ascending ? "" : "DESC")
            """
        ).map(Webhook.init(row:))
    }

    /// A webhook of the account.
    ///
    /// - Throws: `NotFound`.
    package func webhook(account: Int64, id: Int64) async throws -> Webhook {
        try await Webhook.find(id, of: account, in: pool)
    }

    /// False when the account has no such webhook: for the operator.
    package func delete(account: Int64, id: Int64) async throws -> Bool {
        try await pool.execute("DELETE FROM app.webhook WHERE id = \(id) AND account_id = \(account)") > 0
    }

    /// Deletes a webhook; the account's others are told.
    ///
    /// - Throws: `NotFound`.
    package func delete(account: Account, id: Int64, context: ChangeContext) async throws {
        try await pool.withTransaction { transaction in
            let webhook = try await Webhook.remove(id, of: account.id, in: transaction)
            let change = AccountChange(
                "webhook.delete",
                of: "webhook/\(webhook.id)",
                as: "webhook",
                before: webhook,
                account: account,
                context: context
            )
            try await AccountBook.record(change, in: transaction)
        }
    }

    /// Lets deliveries to a webhook go on. One that is not suppressed stays as it is.
    ///
    /// - Throws: `NotFound`.
    package func clearSuppression(account: Account, id: Int64, context: ChangeContext) async throws -> Webhook {
        try await update(account: account, id: id, "webhook.clear_suppression", context) { before in
            before.isSuppressed ? "suppressed_at = NULL, failures = 0" : nil
        }
    }

    /// Gives a webhook a new secret; deliveries are signed with the one before, too, until the next call.
    ///
    /// - Throws: `NotFound`.
    package func rotateSecret(account: Account, id: Int64, context: ChangeContext) async throws -> Webhook {
        try await update(account: account, id: id, "webhook.rotate_secret", context) { before in
            let newest = before.secret.split(separator: " ").first.map(String.init) ?? ""
            return "secret = \("\(WebhookSecret.generate()) \(newest)")"
        }
    }

    /// One page of the attempts to deliver to a webhook, the latest first.
    ///
    /// - Parameter failed: whether only failures or only successes are wanted; nil for both.
    /// - Throws: `NotFound`.
    package func attempts(
        account: Int64,
        id: Int64,
        event: String? = nil,
        failed: Bool? = nil,
        page: Page = Page()
    ) async throws -> PageResult<WebhookAttempt> {
        let webhook = try await webhook(account: account, id: id)
        var conditions: [PostgresQuery] = ["webhook_id = \(webhook.id)"]
        if let event {
            conditions.append("event = \(event)")
        }
        if let failed {
            conditions.append(failed ? "error IS NOT NULL" : "error IS NULL")
        }
        return try await Listing.page(
            page,
            of: WebhookAttempt.columns,
            from: "jobs.webhook_delivery",
            where: conditions,
            orderBy: "id DESC",
            in: pool,
            decode: WebhookAttempt.init(row:)
        )
    }

    private static func insert(
        account: Int64,
        url: String,
        in database: some PostgresQuerying
    ) async throws -> Webhook {
        let rows = try await database.query(
            """
            INSERT INTO app.webhook (account_id, url, secret)
            VALUES (\(account), \(url), \(WebhookSecret.generate()))
            RETURNING \(Webhook.columns)
            """
        )
        return try Webhook(row: try rows.only())
    }

    /// Sets what `assignments` says of the locked row; nil leaves it and says nothing.
    private func update(
        account: Account,
        id: Int64,
        _ action: String,
        _ context: ChangeContext,
        assignments: @Sendable (Webhook) -> PostgresQuery?
    ) async throws -> Webhook {
        try await pool.withTransaction { transaction in
            let before = try await Webhook.find(id, of: account.id, locked: true, in: transaction)
            guard let assignments = assignments(before) else { return before }
            let after = try Webhook(
                row: try await transaction.query(
                    "UPDATE app.webhook SET \(assignments) WHERE id = \(id) RETURNING \(Webhook.columns)"
                ).only()
            )
            var change = AccountChange(
                action,
                of: "webhook/\(after.id)",
                as: "webhook",
                before: before,
                after: after,
                account: account,
                context: context
            )
            // What its owner does about a webhook is no event of the account.
            change.events = []
            try await AccountBook.record(change, in: transaction)
            return after
        }
    }
}
