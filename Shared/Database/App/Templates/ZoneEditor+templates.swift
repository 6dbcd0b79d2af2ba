// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
import Postgres

extension ZoneEditor {
    /// Adds the records of a template to a domain's zone: all of them or none.
    ///
    /// - Throws: `NotFound` (domain, template), `ValidationErrors` that name every record in conflict.
    package func applyTemplate(
        _ identifier: ResourceIdentifier,
        account: Account,
        domain: ResourceIdentifier,
        context: ChangeContext
    ) async throws {
        try await change { transaction in
            let locked = try await Self.lockZone(ofDomain: domain, account: account, in: transaction)
            let template = try await TemplateStore.template(account: account.id, identifier, in: transaction)
            let records = try await transaction.query(
                "SELECT \(TemplateRecord.columns) FROM app.template_record WHERE template_id = \(template.id) ORDER BY id"
            ).map(TemplateRecord.init(row:))
            let name = try rules(of: locked.zone).zone
            let written = try await add(records.map { $0.input(for: name) }, to: locked, in: transaction)
            guard !written.creates.isEmpty else { return }
            var entry = written.entry(.applyTemplate, zone: locked, account: account, context: context)
            entry.subject = locked.zone.name
            entry.events.append(
                .other(
                    name: "template.apply",
                    data: [(key: "template", value: template), (key: "zone", value: locked.zone)]
                )
            )
            try await ChangeBook.record(entry, in: transaction)
        }
    }

    /// Locks the zone of a domain of the account.
    ///
    /// - Throws: `NotFound` (domain).
    static func lockZone(
        ofDomain identifier: ResourceIdentifier,
        account: Account,
        in transaction: PostgresTransaction
    ) async throws -> LockedZone {
        let row = try await transaction.first(
            "SELECT name FROM app.domain WHERE account_id = \(account.id) AND \(identifier.condition)"
        )
        guard let name: String = try row?.decode(0) else {
            throw NotFound(.domain, identifier.description)
        }
        do {
            return try await LockedZone.lock(.name(name), account: account.id, in: transaction)
        } catch is NotFound {
            // It went while this waited for its lock.
            throw NotFound(.domain, identifier.description)
        }
    }

    /// Writes new records that are meant together.
    ///
    /// - Throws: `ValidationErrors` for `base`, a message for each that cannot be.
    func add(
        _ inputs: [RecordInput],
        to locked: LockedZone,
        in transaction: PostgresTransaction
    ) async throws -> WrittenChanges {
        let rules = try rules(of: locked.zone)
        let batch = BatchInput(creates: inputs)
        do {
            let drafts = try ZoneChangeSet.drafts(inputs, rules: rules)
            let existing = try await Self.existing(batch, drafts, of: locked.zone, rules, in: transaction)
            let changes = try ZoneChangeSet(batch, drafts: drafts, existing: existing, rules: rules)
            return try await Self.write(changes, to: locked, in: transaction)
        } catch let errors as BatchErrors {
            throw Self.conflicts(errors, among: inputs)
        }
    }

    /// Who applies a bundle never saw its records one by one: the messages name them.
    private static func conflicts(_ errors: BatchErrors, among inputs: [RecordInput]) -> ValidationErrors {
        var conflicts = ValidationErrors()
        for item in errors.creates {
            let input = inputs[item.index]
            let name = input.name.flatMap { $0.isEmpty ? nil : $0 } ?? "@"
            for message in item.errors?.fields.flatMap(\.messages) ?? [item.message] {
                conflicts.add("base", "\(name) \(input.type ?? ""): \(message)")
            }
        }
        return conflicts
    }
}
