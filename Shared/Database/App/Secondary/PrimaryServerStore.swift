// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Postgres

/// The primary servers of accounts and the zones that are transferred from them. Every change is booked.
package struct PrimaryServerStore: Sendable {
    /// Most primary servers of one account.
    package static let maximumPerAccount = 100

    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// One page of an account's primary servers; by id unless `sort` says otherwise.
    package func list(
        account: Int64,
        sort: [Sort<PrimaryServerSortField>] = [],
        page: Page = Page()
    ) async throws -> PageResult<PrimaryServer> {
        try await PrimaryServer.page(page, of: account, sort: sort, otherwise: .id, in: pool)
    }

    /// A primary server of the account.
    ///
    /// - Throws: `NotFound`.
    package func server(account: Int64, id: Int64) async throws -> PrimaryServer {
        try await PrimaryServer.find(id, of: account, in: pool)
    }

    /// Makes a primary server without zones.
    ///
    /// - Throws: `ValidationErrors`.
    package func create(
        account: Account,
        _ input: PrimaryServerInput,
        context: ChangeContext
    ) async throws -> PrimaryServer {
        let fields = try input.validated()
        return try await pool.withTransaction { transaction in
            try await PrimaryServer.requireRoom(
                of: account.id,
                maximum: Self.maximumPerAccount,
                "primary servers",
                in: transaction
            )
            let rows = try await transaction.query(
                """
                INSERT INTO app.primary_server (account_id, name, ip, port)
                VALUES (\(account.id), \(fields.name), \(fields.ip), \(fields.port))
                RETURNING \(PrimaryServer.columns)
                """
            )
            let server = try PrimaryServer(row: try rows.only())
            let change = AccountChange(
                "secondary_dns.create",
                of: "primary_server/\(server.id)",
                as: "configuration",
                after: server,
                account: account,
                context: context
            )
            try await AccountBook.record(change, in: transaction)
            return server
        }
    }

    /// Deletes a primary server. Its zones stay as they were transferred last.
    ///
    /// - Throws: `NotFound`.
    package func delete(account: Account, id: Int64, context: ChangeContext) async throws {
        try await pool.withTransaction { transaction in
            let server = try await PrimaryServer.find(id, of: account.id, locked: true, in: transaction)
            try await transaction.execute("DELETE FROM app.primary_server WHERE id = \(id)")
            let change = AccountChange(
                "secondary_dns.delete",
                of: "primary_server/\(server.id)",
                as: "configuration",
                before: server,
                account: account,
                context: context
            )
            try await AccountBook.record(change, in: transaction)
        }
    }

    /// Has a secondary zone transferred from a primary server. A link that is there already stays.
    ///
    /// - Throws: `NotFound` (server, zone), `ValidationErrors` for a zone that is not secondary.
    package func link(
        account: Account,
        id: Int64,
        zone: ResourceIdentifier,
        context: ChangeContext
    ) async throws -> PrimaryServer {
        try await changeLink(account: account, id: id, zone: zone, context: context) { zoneID in
            """
            INSERT INTO app.primary_server_zone (primary_server_id, zone_id) VALUES (\(id), \(zoneID))
            ON CONFLICT DO NOTHING
            """
        }
    }

    /// Has a secondary zone no longer transferred from a primary server. A link that is not there is no fault.
    ///
    /// - Throws: `NotFound` (server, zone), `ValidationErrors` for a zone that is not secondary.
    package func unlink(
        account: Account,
        id: Int64,
        zone: ResourceIdentifier,
        context: ChangeContext
    ) async throws -> PrimaryServer {
        try await changeLink(account: account, id: id, zone: zone, context: context) { zoneID in
            "DELETE FROM app.primary_server_zone WHERE primary_server_id = \(id) AND zone_id = \(zoneID)"
        }
    }

    private func changeLink(
        account: Account,
        id: Int64,
        zone identifier: ResourceIdentifier,
        context: ChangeContext,
        statement: @Sendable (Int64) -> PostgresQuery
    ) async throws -> PrimaryServer {
        try await pool.withTransaction { transaction in
            let before = try await PrimaryServer.find(id, of: account.id, locked: true, in: transaction)
            let row = try await transaction.first(
                """
                SELECT id, secondary FROM app.zone WHERE account_id = \(account.id) AND \(identifier.condition)
                FOR SHARE
                """
            )
            guard let row else { throw NotFound(.zone, identifier.description) }
            guard try row.decode("secondary") else {
                throw ValidationErrors("zone", "is not a secondary zone")
            }
            guard try await transaction.execute(statement(try row.decode("id"))) > 0 else { return before }
            try await transaction.execute("UPDATE app.primary_server SET updated_at = now() WHERE id = \(id)")
            let after = try await PrimaryServer.find(id, of: account.id, in: transaction)
            let change = AccountChange(
                "secondary_dns.update",
                of: "primary_server/\(id)",
                as: "configuration",
                before: before,
                after: after,
                account: account,
                context: context
            )
            try await AccountBook.record(change, in: transaction)
            return after
        }
    }
}
