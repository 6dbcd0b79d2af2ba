// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
import Jobs
import Postgres

extension WebhookStore {
    /// Has the event of a delivery delivered once more, with the same identifier and body.
    ///
    /// - Returns: false when it is on its way already, so that nothing was done.
    /// - Throws: `NotFound` (webhook, delivery), `ValidationErrors` for a webhook that is suppressed and for an event that is
    ///   not kept any more.
    package func redeliver(account: Account, id: Int64, delivery: Int64, context: ChangeContext) async throws -> Bool {
        try await pool.withTransaction { transaction in
            let webhook = try await Webhook.find(id, of: account.id, locked: true, in: transaction)
            let row = try await transaction.query("SELECT jobs.redeliver(\(delivery), \(id))").only()
            let state: String = try row.decode(0)
            if state == "unknown" { throw NotFound(.delivery, String(delivery)) }
            guard !webhook.isSuppressed else {
                throw ValidationErrors("base", "The webhook is suppressed")
            }
            switch state {
            case "forgotten": throw ValidationErrors("base", "The event is not kept any more")
            case "waiting": return false
            default: break
            }
            JobEnqueue.notice()
            let change = AccountChange(
                account: account,
                action: "webhook.redeliver",
                subject: "webhook/\(id)/deliveries/\(delivery)",
                context: context
            )
            try await AccountBook.record(change, in: transaction)
            return true
        }
    }
}
