// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Postgres

/// Offers of domains to other accounts. An accepted one moves the domain and its zone at once; what the zone answers
/// does not change by it, so nothing is published.
package struct PushStore: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The identifier that an account's owner gives away to be offered domains.
    package func identifier(account: Int64) async throws -> String {
        try await pool.query("SELECT identifier::text AS identifier FROM app.account WHERE id = \(account)").only()
            .decode("identifier")
    }

    /// One page of what is offered to an account, by id.
    package func list(account: Int64, page: Page = Page()) async throws -> PageResult<DomainPush> {
        try await Listing.page(
            page,
            of: DomainPush.columns,
            from: "app.domain_push",
            where: ["account_id = \(account)", "accepted_at IS NULL"],
            orderBy: "id",
            in: pool,
            decode: DomainPush.init(row:)
        )
    }

    /// Offers a domain to another account.
    ///
    /// - Throws: `NotFound` (domain), `ValidationErrors`.
    package func initiate(
        account: Account,
        domain: ResourceIdentifier,
        to recipient: PushRecipient,
        context: ChangeContext
    ) async throws -> DomainPush {
        try await pool.withTransaction { transaction in
            let domain = try await DomainScope.lock(domain, account: account.id, in: transaction)
            let receiver = try await Self.account(of: recipient, in: transaction)
            guard receiver.id != account.id else {
                throw ValidationErrors(recipient.field, "has the domain already")
            }
            let row = try await transaction.first(
                """
                INSERT INTO app.domain_push (domain_id, source_account_id, account_id)
                VALUES (\(domain.id), \(account.id), \(receiver.id))
                ON CONFLICT DO NOTHING
                RETURNING \(DomainPush.columns)
                """
            )
            guard let push = try row.map(DomainPush.init(row:)) else {
                throw ValidationErrors("base", "The domain has been offered to an account already")
            }
            try await Self.book(
                "push.initiate",
                push,
                domain,
                [account, receiver],
                by: account,
                context,
                in: transaction
            )
            return push
        }
    }

    /// Accepts an offer: the domain and its zone are the account's from here on.
    ///
    /// - Parameter contact: The account's contact that becomes the registrant; nil leaves the domain without one.
    /// - Throws: `NotFound` (push), `ValidationErrors` for `contact_id`.
    package func accept(account: Account, id: Int64, contact: Int64?, context: ChangeContext) async throws {
        try await pool.withTransaction { transaction in
            let offered = try await Self.pending(id, for: account.id, in: transaction)
            let (domain, locked) = try await Self.lockDomain(of: offered, id, in: transaction)
            // Locks are taken in the order of all changes: the zone, the domain, then what belongs to it.
            let push = try await Self.pending(id, for: account.id, isLocked: true, in: transaction)
            try await Self.check(contact, of: account, in: transaction)
            let source = try await Self.account(id: push.source, in: transaction)
            try await transaction.execute(
                """
                UPDATE app.domain SET account_id = \(account.id), registrant_id = \(contact), updated_at = now()
                WHERE id = \(domain.id)
                """
            )
            try await AnnotationHistory.forget(of: domain.id, locked.zone.id, in: transaction)
            try await transaction.execute(
                "UPDATE app.zone SET account_id = \(account.id), updated_at = now() WHERE id = \(locked.zone.id)"
            )
            let rows = try await transaction.query(
                """
                UPDATE app.domain_push SET contact_id = \(contact), accepted_at = now(), updated_at = now()
                WHERE id = \(id)
                RETURNING \(DomainPush.columns)
                """
            )
            let accepted = try DomainPush(row: rows.only())
            try await Self.book(
                "push.accept",
                accepted,
                domain,
                [source, account],
                by: account,
                context,
                in: transaction
            )
        }
    }

    /// Rejects an offer, or takes it back where the account is the one that made it.
    ///
    /// - Throws: `NotFound` (push).
    package func reject(account: Account, id: Int64, context: ChangeContext) async throws {
        try await pool.withTransaction { transaction in
            let row = try await transaction.first(
                """
                DELETE FROM app.domain_push
                WHERE id = \(id) AND accepted_at IS NULL AND \(account.id) IN (account_id, source_account_id)
                RETURNING \(DomainPush.columns), source_account_id
                """
            )
            guard let row else {
                throw NotFound(.domainPush, String(id))
            }
            let push = try DomainPush(row: row)
            let source = try await Self.account(id: try row.decode("source_account_id"), in: transaction)
            let receiver = try await Self.account(id: push.accountID, in: transaction)
            let domain = try await DomainScope.domain(.id(push.domainID), account: source.id, in: transaction)
            try await Self.book("push.reject", push, domain, [source, receiver], by: account, context, in: transaction)
        }
    }
}

extension DomainPush {
    static var columns: PostgresQuery {
        "id, domain_id, contact_id, account_id, created_at, updated_at, accepted_at"
    }

    init(row: PostgresRow) throws {
        self.init(
            id: try row.decode("id"),
            domainID: try row.decode("domain_id"),
            contactID: try row.decode("contact_id"),
            accountID: try row.decode("account_id"),
            createdAt: try row.timestamp("created_at"),
            updatedAt: try row.timestamp("updated_at"),
            acceptedAt: try row.optionalTimestamp("accepted_at")
        )
    }
}
