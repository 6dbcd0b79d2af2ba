// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Postgres

extension PushStore {
    /// A push that waits for an answer, with the account that made it.
    ///
    /// - Throws: `NotFound`.
    static func pending(
        _ id: Int64,
        for account: Int64,
        isLocked: Bool = false,
        in transaction: PostgresTransaction
    ) async throws -> (push: DomainPush, source: Int64) {
        let row = try await transaction.first(
            """
            SELECT \(DomainPush.columns), source_account_id FROM app.domain_push
            WHERE id = \(id) AND account_id = \(account) AND accepted_at IS NULL
            \(unescaped: isLocked ? "FOR UPDATE" : "")
            """
        )
        guard let row else {
            throw NotFound(.domainPush, String(id))
        }
        return (try DomainPush(row: row), try row.decode("source_account_id"))
    }

    /// The domain of a push and its zone, both locked; while its account waits for an answer it cannot have moved.
    ///
    /// - Throws: `NotFound` (push).
    static func lockDomain(
        of offered: (push: DomainPush, source: Int64),
        _ id: Int64,
        in transaction: PostgresTransaction
    ) async throws -> (HostedDomain, LockedZone) {
        do {
            return try await DomainScope.lockZone(.id(offered.push.domainID), account: offered.source, in: transaction)
        } catch is NotFound {
            throw NotFound(.domainPush, String(id))
        }
    }

    /// - Throws: `ValidationErrors` for `contact_id` when the account has no such contact.
    static func check(_ contact: Int64?, of account: Account, in transaction: PostgresTransaction) async throws {
        guard let contact else {
            return
        }
        // The lock keeps the contact until the domain names it.
        let row = try await transaction.first(
            "SELECT 1 FROM app.contact WHERE account_id = \(account.id) AND id = \(contact) FOR KEY SHARE"
        )
        guard row != nil else {
            throw ValidationErrors("contact_id", "is not a contact of the account")
        }
    }

    /// The account that a recipient stands for.
    ///
    /// - Throws: `ValidationErrors` for the recipient's field.
    static func account(of recipient: PushRecipient, in transaction: PostgresTransaction) async throws -> Account {
        let condition: PostgresQuery =
            switch recipient {
            case .identifier(let identifier): "identifier = \(identifier.text)::uuid"
            case .email(let email): "lower(email) = lower(\(email))"
            }
        let rows = try await transaction.query("SELECT \(Account.columns) FROM app.account WHERE \(condition) LIMIT 2")
        guard let row = rows.first else {
            throw ValidationErrors(recipient.field, "is not known")
        }
        guard rows.count == 1 else {
            throw ValidationErrors(recipient.field, "belongs to several accounts: use new_account_identifier")
        }
        return try Account(row: row)
    }

    static func account(id: Int64, in transaction: PostgresTransaction) async throws -> Account {
        try Account(
            row: try await transaction.query("SELECT \(Account.columns) FROM app.account WHERE id = \(id)").only()
        )
    }

    /// Books what happened to a push with both accounts: each has its audit and its webhooks. `actor` is the one of them
    /// that did it; from where and with which token is not told to the other.
    static func book(
        _ action: String,
        _ push: DomainPush,
        _ domain: HostedDomain,
        _ accounts: [Account],
        by actor: Account,
        _ context: ChangeContext,
        in transaction: PostgresTransaction
    ) async throws {
        for (index, account) in accounts.enumerated() {
            var context = context
            if account.id != actor.id {
                context.remoteAddress = nil
                context.tokenID = nil
            }
            if index > 0 {
                // Who has webhooks in both accounts is told twice, of two events.
                context.requestID = RequestIdentifier()
            }
            try await AccountBook.record(
                AccountChange(
                    account: account,
                    action: action,
                    subject: domain.name,
                    before: nil,
                    after: JSONWriter.text(of: push),
                    events: [.other(name: action, data: [("push", push)])],
                    context: context
                ),
                in: transaction
            )
        }
    }
}
