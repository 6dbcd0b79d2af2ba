// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Postgres

/// The contacts of accounts.
package struct ContactStore: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// One page of an account's contacts; by id unless `sort` says otherwise.
    package func list(
        account: Int64,
        sort: [Sort<ContactSortField>] = [],
        page: Page = Page()
    ) async throws -> PageResult<Contact> {
        try await Contact.page(page, of: account, sort: sort, otherwise: .id, in: pool)
    }

    /// A contact of the account.
    ///
    /// - Throws: `NotFound`.
    package func contact(account: Int64, id: Int64) async throws -> Contact {
        try await Contact.find(id, of: account, in: pool)
    }

    /// Makes a contact.
    ///
    /// - Throws: `ValidationErrors`.
    package func create(account: Account, _ fields: ContactFields, context: ChangeContext) async throws -> Contact {
        let fields = try fields.validated()
        return try await pool.withTransaction { transaction in
            let rows = try await transaction.query(
                """
                INSERT INTO app.contact (account_id, \(Contact.fieldColumns))
                VALUES (\(account.id), \(Contact.values(of: fields)))
                RETURNING \(Contact.columns)
                """
            )
            let contact = try Contact(row: rows.only())
            let change = AccountChange(
                "contact.create",
                of: "contact/\(contact.id)",
                as: "contact",
                after: contact,
                account: account,
                context: context
            )
            try await AccountBook.record(change, in: transaction)
            return contact
        }
    }

    /// Replaces the given fields of a contact. A change that changes nothing leaves no trace.
    ///
    /// - Throws: `NotFound`, `ValidationErrors`.
    package func update(
        account: Account,
        id: Int64,
        _ fields: ContactFields,
        context: ChangeContext
    ) async throws -> Contact {
        try await pool.withTransaction { transaction in
            let before = try await Contact.find(id, of: account.id, locked: true, in: transaction)
            let fields = try before.fields.replacing(with: fields).validated()
            guard ContactField.allCases.contains(where: { fields[$0] != before.fields[$0] }) else {
                return before
            }
            let rows = try await transaction.query(
                """
                UPDATE app.contact SET (\(Contact.fieldColumns)) = ROW (\(Contact.values(of: fields))),
                    updated_at = now()
                WHERE id = \(id)
                RETURNING \(Contact.columns)
                """
            )
            let contact = try Contact(row: rows.only())
            let change = AccountChange(
                "contact.update",
                of: "contact/\(contact.id)",
                as: "contact",
                before: before,
                after: contact,
                account: account,
                context: context
            )
            try await AccountBook.record(change, in: transaction)
            return contact
        }
    }

    /// Deletes a contact; false when a domain names it as its registrant, and then it stays.
    ///
    /// - Throws: `NotFound`.
    package func delete(account: Account, id: Int64, context: ChangeContext) async throws -> Bool {
        try await pool.withTransaction { transaction in
            let contact = try await Contact.find(id, of: account.id, locked: true, in: transaction)
            // Nobody can name the contact from here on: that takes a lock on its row, too.
            guard try await transaction.first("SELECT 1 FROM app.domain WHERE registrant_id = \(id) LIMIT 1") == nil
            else {
                return false
            }
            try await transaction.execute("DELETE FROM app.contact WHERE id = \(id)")
            let change = AccountChange(
                "contact.delete",
                of: "contact/\(contact.id)",
                as: "contact",
                before: contact,
                account: account,
                context: context
            )
            try await AccountBook.record(change, in: transaction)
            return true
        }
    }
}

extension Contact: OwnedRow {
    static var table: PostgresQuery { "app.contact" }
    static var ownerColumn: PostgresQuery { "account_id" }
    static var notFoundKind: NotFound.Kind { .contact }

    /// The columns of the fields, in the order of `ContactField`.
    static let fieldColumns = PostgresQuery(unescaped: ContactField.allCases.map(\.rawValue).joined(separator: ", "))

    static var columns: PostgresQuery {
        "id, account_id, \(fieldColumns), created_at, updated_at"
    }

    /// The values for `fieldColumns`.
    static func values(of fields: ContactFields) -> PostgresQuery {
        PostgresQuery.joined(
            ContactField.allCases.map { field -> PostgresQuery in "\(fields[field])" },
            separator: ", "
        )
    }

    init(row: PostgresRow) throws {
        var fields = ContactFields()
        for field in ContactField.allCases {
            fields[field] = try row.decode(field.rawValue)
        }
        self.init(
            id: try row.decode("id"),
            accountID: try row.decode("account_id"),
            fields: fields,
            createdAt: try row.timestamp("created_at"),
            updatedAt: try row.timestamp("updated_at")
        )
    }
}
