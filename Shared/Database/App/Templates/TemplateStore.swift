// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Postgres

/// The templates of accounts. Every change is booked. Applying one is a change of a zone: see `ZoneEditor`.
package struct TemplateStore: Sendable {
    let pool: PostgresPool
    let policy: ZonePolicy

    package init(pool: PostgresPool, policy: ZonePolicy) {
        self.pool = pool
        self.policy = policy
    }

    /// One page of an account's templates; by id unless `sort` says otherwise.
    package func list(
        account: Int64,
        sort: [Sort<TemplateSortField>] = [],
        page: Page = Page()
    ) async throws -> PageResult<Template> {
        try await Template.page(page, of: account, sort: sort, otherwise: .id, in: pool)
    }

    /// A template of the account, by id or short name.
    ///
    /// - Throws: `NotFound`.
    package func template(account: Int64, _ identifier: ResourceIdentifier) async throws -> Template {
        try await Self.template(account: account, identifier, in: pool)
    }

    /// Makes a template without records.
    ///
    /// - Throws: `ValidationErrors`.
    package func create(account: Account, _ input: TemplateInput, context: ChangeContext) async throws -> Template {
        let fields = try input.validated()
        return try await pool.withTransaction { transaction in
            let row = try await transaction.first(
                """
                INSERT INTO app.template (account_id, name, sid, description)
                VALUES (\(account.id), \(fields.name), \(fields.sid), \(fields.description))
                ON CONFLICT (account_id, sid) DO NOTHING
                RETURNING \(Template.columns)
                """
            )
            guard let row else { throw Self.taken }
            let template = try Template(row: row)
            let change = AccountChange(
                "template.create",
                of: "template/\(template.id)",
                as: "template",
                after: template,
                account: account,
                context: context
            )
            try await AccountBook.record(change, in: transaction)
            return template
        }
    }

    /// Replaces the given fields. A change of nothing leaves no trace.
    ///
    /// - Throws: `NotFound`, `ValidationErrors`.
    package func update(
        account: Account,
        _ identifier: ResourceIdentifier,
        _ input: TemplateInput,
        context: ChangeContext
    ) async throws -> Template {
        try await pool.withTransaction { transaction in
            let before = try await Self.template(account: account.id, identifier, locked: true, in: transaction)
            let fields = try input.validated(replacing: before)
            guard fields != (before.name, before.sid, before.description) else { return before }
            let others = try await transaction.query(
                """
                SELECT 1 FROM app.template
                WHERE account_id = \(account.id) AND sid = \(fields.sid) AND id <> \(before.id)
                """
            )
            guard others.isEmpty else { throw Self.taken }
            let rows = try await transaction.query(
                """
                UPDATE app.template
                SET name = \(fields.name), sid = \(fields.sid), description = \(fields.description), updated_at = now()
                WHERE id = \(before.id)
                RETURNING \(Template.columns)
                """
            )
            let after = try Template(row: try rows.only())
            let change = AccountChange(
                "template.update",
                of: "template/\(after.id)",
                as: "template",
                before: before,
                after: after,
                account: account,
                context: context
            )
            try await AccountBook.record(change, in: transaction)
            return after
        }
    }

    /// Deletes a template with its records. What was made from it stays.
    ///
    /// - Throws: `NotFound`.
    package func delete(account: Account, _ identifier: ResourceIdentifier, context: ChangeContext) async throws {
        try await pool.withTransaction { transaction in
            let template = try await Self.template(account: account.id, identifier, locked: true, in: transaction)
            try await transaction.execute("DELETE FROM app.template WHERE id = \(template.id)")
            let change = AccountChange(
                "template.delete",
                of: "template/\(template.id)",
                as: "template",
                before: template,
                account: account,
                context: context
            )
            try await AccountBook.record(change, in: transaction)
        }
    }

    static let taken = ValidationErrors("sid", "has already been taken")

    /// - Parameter locked: whether nobody else shall change it until the transaction's end.
    static func template(
        account: Int64,
        _ identifier: ResourceIdentifier,
        locked: Bool = false,
        in database: some PostgresQuerying
    ) async throws -> Template {
        let row = try await database.first(
            """
            SELECT \(Template.columns) FROM app.template
            WHERE account_id = \(account) AND \(identifier.templateCondition) \(unescaped: locked ? "FOR UPDATE" : "")
            """
        )
        guard let row else { throw NotFound(.template, identifier.description) }
        return try Template(row: row)
    }
}
