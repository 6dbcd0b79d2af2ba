// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Jobs
import Postgres

/// Writes what a change says about itself, in the change's own transaction.
enum ChangeBook {
    /// Webhook jobs that one statement inserts.
    private static let jobChunk = 2_000
    /// Owners that are named to the publisher; with more it is to look at the whole zone.
    static let maximumNames = 2_000
    /// An import that touches more owners goes behind the changes that people wait for.
    static let interactiveNames = 1_000

    /// Books `entry`: one statement for the rows that every change has, and more only for webhooks. They go out with the
    /// transaction's next statement or its commit.
    ///
    /// - Throws: `PermissionDenied` for a change that the token's policy does not allow.
    static func record(_ entry: ChangeEntry, in transaction: PostgresTransaction) async throws {
        if entry.context.recordPolicy != nil {
            try RecordPolicy.require(entry.verdict)
        }
        try await IdempotencyMark.set(entry.context, in: transaction)
        transaction.postpone(
            """
            WITH \(bump(entry)) history AS (
                INSERT INTO app.zone_change (account_id, zone_id, zone_name, version, request_id, action, actor, token_id,
                                             remote_address, summary)
                SELECT \(entry.account.id), \(entry.zoneID), \(entry.zoneName)::text, \(entry.version),
                       \(entry.context.requestID.text)::uuid, \(entry.action)::text,
                       \(entry.context.actor.description)::text, \(entry.context.tokenID)::bigint,
                       \(entry.context.remoteAddress)::text, s::jsonb
                FROM unnest(\(entry.summaries)::text[]) AS s
            ), audit AS (
                INSERT INTO app.audit
                    (account_id, actor, token_id, remote_address, request_id, action, subject, before, after)
                VALUES (\(entry.account.id), \(entry.context.actor.description), \(entry.context.tokenID),
                        \(entry.context.remoteAddress), \(entry.context.requestID.text)::uuid, \(entry.action),
                        \(entry.subject), \(entry.before)::jsonb, \(entry.after)::jsonb)
            )
            \(outbox(entry))
            """
        )
        try await enqueueWebhooks(
            entry.webhooks,
            entry.events,
            account: entry.account,
            context: entry.context,
            in: transaction
        )
    }

    private static func bump(_ entry: ChangeEntry) -> PostgresQuery {
        guard entry.bumpsZone else {
            return ""
        }
        return """
            bumped AS (
                UPDATE app.zone SET version = \(entry.version), updated_at = now() WHERE id = \(entry.zoneID)
            ),
            """
    }

    private static func outbox(_ entry: ChangeEntry) -> PostgresQuery {
        let head: PostgresQuery =
            "INSERT INTO distribution.outbox (zone_id, zone_name, version, lane, op, names, request_id)"
        let key: PostgresQuery = "\(entry.zoneID), \(entry.zoneName), \(entry.version), \(entry.lane.rawValue)"
        let request: PostgresQuery = "\(entry.context.requestID.text)::uuid"
        switch entry.publication {
        case .withdraw:
            return "\(head) VALUES (\(key), 'D', NULL, \(request))"
        case .publish(names: let names?):
            return "\(head) VALUES (\(key), 'P', \(names)::text[], \(request))"
        case .publish:
            return "\(head) VALUES (\(key), 'P', NULL, \(request))"
        }
    }

    /// One job a webhook and event. The first event carries the request's own identifier, the others new ones:
    /// receivers drop what they have seen before.
    static func enqueueWebhooks(
        _ webhooks: [Int64],
        _ events: [WebhookEvent],
        account: Account,
        context: ChangeContext,
        in transaction: PostgresTransaction
    ) async throws {
        guard !webhooks.isEmpty else {
            return
        }
        var jobs: [NewJob] = []
        for (index, event) in events.enumerated() {
            let identifier = index == 0 && !context.isContinuation ? context.requestID : RequestIdentifier()
            let body = event.envelope(identifier: identifier, actor: context.actor, account: account)
            for webhook in webhooks {
                let delivery = WebhookDelivery(
                    webhookID: webhook,
                    event: event.name,
                    requestID: identifier.text,
                    body: body
                )
                jobs.append(
                    NewJob(WebhookDelivery.self, arguments: delivery.arguments, limitKey: delivery.limitKey)
                )
            }
            if jobs.count >= jobChunk {
                try await JobEnqueue.enqueue(jobs, in: transaction)
                jobs.removeAll(keepingCapacity: true)
            }
        }
        JobEnqueue.postpone(jobs, in: transaction)
    }
}
