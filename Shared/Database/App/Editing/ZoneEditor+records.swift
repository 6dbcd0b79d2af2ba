// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
import Postgres

extension ZoneEditor {
    /// Adds a record to a zone of the account.
    ///
    /// - Throws: `NotFound` (zone), `ValidationErrors`.
    package func createRecord(
        account: Account,
        zone: ResourceIdentifier,
        _ input: RecordInput,
        context: ChangeContext
    ) async throws -> ZoneRecord {
        do {
            let batch = BatchInput(creates: [input])
            let result = try await apply(batch, account: account, zone: zone, .createRecord, context: context)
            return try Self.only(result.creates)
        } catch let errors as BatchErrors {
            throw errors.creates.first?.errors ?? errors
        }
    }

    /// Replaces the given fields of a record. One that changes nothing leaves no trace.
    ///
    /// - Throws: `NotFound` (zone, record), `ValidationErrors`.
    package func updateRecord(
        account: Account,
        zone: ResourceIdentifier,
        id: Int64,
        _ fields: RecordInput,
        context: ChangeContext
    ) async throws -> ZoneRecord {
        do {
            let batch = BatchInput(updates: [BatchInput.Update(id: id, fields: fields)])
            let result = try await apply(batch, account: account, zone: zone, .updateRecord, context: context)
            return try Self.only(result.updates)
        } catch let errors as BatchErrors {
            throw errors.updates.first?.errors ?? NotFound(.record, String(id))
        }
    }

    /// Deletes a record.
    ///
    /// - Throws: `NotFound` (zone, record), `ValidationErrors` for a record of the platform.
    package func deleteRecord(
        account: Account,
        zone: ResourceIdentifier,
        id: Int64,
        context: ChangeContext
    ) async throws {
        do {
            let batch = BatchInput(deletes: [id])
            _ = try await apply(batch, account: account, zone: zone, .deleteRecord, context: context)
        } catch let errors as BatchErrors {
            throw errors.deletes.first?.errors ?? NotFound(.record, String(id))
        }
    }

    /// Deletes, updates and creates records, in this order and all or none.
    ///
    /// - Throws: `NotFound` (zone), `BatchErrors`, `ValidationErrors` when there are too many items.
    package func batch(
        account: Account,
        zone: ResourceIdentifier,
        _ input: BatchInput,
        context: ChangeContext
    ) async throws -> BatchResult {
        let count = input.creates.count + input.updates.count + input.deletes.count
        guard count <= policy.maximumBatchItems else {
            throw ValidationErrors("base", "A batch can have at most \(policy.maximumBatchItems) items")
        }
        return try await apply(input, account: account, zone: zone, .batch, context: context)
    }

    private static func only(_ records: [ZoneRecord]) throws -> ZoneRecord {
        guard let record = records.first else {
            throw PostgresError(.decoding, message: "no row where one was expected")
        }
        return record
    }

    private func apply(
        _ input: BatchInput,
        account: Account,
        zone identifier: ResourceIdentifier,
        _ action: RecordAction,
        context: ChangeContext
    ) async throws -> BatchResult {
        try await change { transaction in
            let locked = try await LockedZone.lock(identifier, account: account.id, in: transaction)
            let rules = try rules(of: locked.zone)
            let drafts = try ZoneChangeSet.drafts(input.creates, rules: rules)
            let existing = try await Self.existing(input, drafts, of: locked.zone, rules, in: transaction)
            let changes = try ZoneChangeSet(input, drafts: drafts, existing: existing, rules: rules)
            let written = try await Self.write(changes, to: locked, in: transaction)
            if !changes.isEmpty {
                let entry = written.entry(action, zone: locked, account: account, context: context)
                try await ChangeBook.record(entry, in: transaction)
            }
            return written.result(of: changes, zoneName: locked.zone.name)
        }
    }

    /// The rows of all touched names and ids; the zone's lock keeps them as they are.
    private static func existing(
        _ input: BatchInput,
        _ drafts: [RecordDraft],
        of zone: Zone,
        _ rules: RecordRules,
        in transaction: PostgresTransaction
    ) async throws -> [StoredRecord] {
        var names = Set(drafts.map(\.name))
        for case let name? in input.updates.map(\.fields.name) {
            // A name that is none has no rows; the update itself is refused later, with its index.
            names.insert((try? RecordName.validated(name, in: rules.zone)) ?? name)
        }
        let updated = input.updates.map(\.id)
        return try await transaction.query(
            """
            SELECT \(StoredRecord.columns) FROM app.record
            WHERE zone_id = \(zone.id) AND (
                id = ANY(\(input.deletes + updated))
                OR name = ANY(\(Array(names))::text[] || ARRAY(
                    SELECT name FROM app.record WHERE zone_id = \(zone.id) AND id = ANY(\(updated))
                ))
            )
            """
        ).map(StoredRecord.init(row:))
    }

    private static func write(
        _ changes: ZoneChangeSet,
        to zone: LockedZone,
        in transaction: PostgresTransaction
    ) async throws -> WrittenChanges {
        try await RecordWriter.delete(changes.deletes.map(\.id), zoneID: zone.zone.id, in: transaction)
        let effective = changes.effectiveUpdates
        let updates = try await RecordWriter.update(effective, in: zone, transaction)
        let creates = try await RecordWriter.insert(changes.creates, into: zone, in: transaction)
        return WrittenChanges(
            creates: creates,
            updates: updates,
            updatesBefore: effective.map(\.before),
            deletes: changes.deletes
        )
    }
}
