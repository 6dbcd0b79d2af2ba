// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Identity
import Postgres
import TestSupport

extension TestAPI {
    /// A webhook's job.
    struct Job: Sendable {
        let webhook: Int64
        /// The event's name.
        let name: String
        /// The envelope.
        let body: String
    }

    /// The jobs that changes have made for webhooks, in their order.
    func jobs() async throws -> [Job] {
        let pool = try self.database.pool(.superuser, size: 1)
        defer { pool.close() }
        return try await pool.query(
            """
            SELECT (args->>'webhook_id')::bigint, args->>'event', args->>'body' FROM jobs.job
            WHERE kind = 'webhook.deliver' ORDER BY id
            """
        ).map { Job(webhook: try $0.decode(0), name: try $0.decode(1), body: try $0.decode(2)) }
    }

    /// The actions of the audit, in their order.
    func auditedActions() async throws -> [String] {
        try await self.pool.query("SELECT action FROM app.audit ORDER BY id").map { try $0.decode(0) }
    }

    /// A token of the account that may only read.
    func readOnlyToken() async throws -> String {
        try await TokenStore(pool: self.pool).create(account: self.account.id, name: "reader", access: .read)
            .secret.text.reveal()
    }
}
