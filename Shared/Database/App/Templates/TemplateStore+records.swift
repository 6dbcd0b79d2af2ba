// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
import Postgres

extension TemplateStore {
    /// Most records of one template.
    package static let maximumRecords = 500

    /// One page of a template's records; by id unless `sort` says otherwise.
    ///
    /// - Throws: `NotFound` (template).
    package func records(
        account: Int64,
        _ identifier: ResourceIdentifier,
        sort: [Sort<TemplateRecordSortField>] = [],
        page: Page = Page()
    ) async throws -> PageResult<TemplateRecord> {
        let template = try await template(account: account, identifier)
        return try await TemplateRecord.page(page, of: template.id, sort: sort, otherwise: .id, in: pool)
    }

    /// A record of a template.
    ///
    /// - Throws: `NotFound` (template, record).
    package func record(account: Int64, _ identifier: ResourceIdentifier, id: Int64) async throws -> TemplateRecord {
        let template = try await template(account: account, identifier)
        return try await TemplateRecord.find(id, of: template.id, in: pool)
    }

    /// Adds a record to a template.
    ///
    /// - Throws: `NotFound` (template), `ValidationErrors`.
    package func createRecord(
        account: Account,
        _ identifier: ResourceIdentifier,
        _ input: RecordInput,
        context: ChangeContext
    ) async throws -> TemplateRecord {
        let input = try TemplateRecordRules.validated(input, policy: policy)
        return try await pool.withTransaction { transaction in
            let template = try await Self.template(account: account.id, identifier, locked: true, in: transaction)
            let count: Int = try await transaction.query(
                "SELECT count(*) FROM app.template_record WHERE template_id = \(template.id)"
            ).only().decode(0)
            guard count < Self.maximumRecords else {
                throw ValidationErrors("base", "A template can have at most \(Self.maximumRecords) records")
            }
            let rows = try await transaction.query(
                """
                INSERT INTO app.template_record (template_id, name, content, ttl, priority, type)
                VALUES (\(template.id), \(input.name ?? ""), \(input.content ?? ""), \(input.ttl ?? policy.defaultTTL),
                        \(input.priority), \(input.type ?? ""))
                RETURNING \(TemplateRecord.columns)
                """
            )
            let record = try TemplateRecord(row: try rows.only())
            let change = AccountChange(
                "template_record.create",
                of: "template/\(template.id)/\(record.id)",
                as: "template_record",
                after: record,
                account: account,
                context: context
            )
            try await AccountBook.record(change, in: transaction)
            return record
        }
    }

    /// Deletes a record of a template.
    ///
    /// - Throws: `NotFound` (template, record).
    package func deleteRecord(
        account: Account,
        _ identifier: ResourceIdentifier,
        id: Int64,
        context: ChangeContext
    ) async throws {
        try await pool.withTransaction { transaction in
            let template = try await Self.template(account: account.id, identifier, locked: true, in: transaction)
            let record = try await TemplateRecord.remove(id, of: template.id, in: transaction)
            let change = AccountChange(
                "template_record.delete",
                of: "template/\(template.id)/\(record.id)",
                as: "template_record",
                before: record,
                account: account,
                context: context
            )
            try await AccountBook.record(change, in: transaction)
        }
    }
}
