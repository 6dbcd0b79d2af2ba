// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Postgres

/// What a transaction says about a change that is no zone's: of a contact, a template, a token and the like.
struct AccountChange: Sendable {
    var account: Account
    /// For example `contact.update`.
    var action: String
    /// What was changed, for example `contact/12`.
    var subject: String
    /// JSON before and after the change, for the audit; nil where there was or is nothing.
    var before: String?
    var after: String?
    /// What the account's webhooks are told.
    var events: [WebhookEvent] = []
    var context: ChangeContext
}

extension AccountChange {
    /// A change of a resource that was made, changed or deleted, as whether it was and is there says.
    ///
    /// - Parameter key: The name under which webhooks get the resource as it is, or was when it is gone.
    init<Resource: JSONWritable & Sendable>(
        _ action: String,
        of subject: String,
        as key: String,
        before: Resource? = nil,
        after: Resource? = nil,
        account: Account,
        context: ChangeContext
    ) {
        self.init(
            account: account,
            action: action,
            subject: subject,
            before: before.map { JSONWriter.text(of: $0) },
            after: after.map { JSONWriter.text(of: $0) },
            events: (after ?? before).map { [.other(name: action, data: [(key, $0)])] } ?? [],
            context: context
        )
    }
}

/// Books changes of accounts in the transaction that makes them: the audit and the webhooks' jobs.
enum AccountBook {
    /// Books `change`; the rows go out with the transaction's next statement or its commit.
    ///
    /// - Throws: `PermissionDenied` for a token that may only change records.
    static func record(_ change: AccountChange, in transaction: PostgresTransaction) async throws {
        if change.context.recordPolicy != nil {
            try RecordPolicy.require(.notRecords)
        }
        try await IdempotencyMark.set(change.context, in: transaction)
        transaction.postpone(
            """
            INSERT INTO app.audit
                (account_id, actor, token_id, remote_address, request_id, action, subject, before, after)
            VALUES (\(change.account.id), \(change.context.actor.description), \(change.context.tokenID),
                    \(change.context.remoteAddress), \(change.context.requestID.text)::uuid, \(change.action),
                    \(change.subject), \(change.before)::jsonb, \(change.after)::jsonb)
            """
        )
        guard !change.events.isEmpty else { return }
        try await ChangeBook.enqueueWebhooks(
            try await LockedZone.webhooks(account: change.account.id, in: transaction),
            change.events,
            account: change.account,
            context: change.context,
            in: transaction
        )
    }
}
