// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
import Postgres

extension ZoneEditor {
    /// Adds a record to a zone of the account.
    ///
    /// - Throws: `NotFound` (zone), `ValidationErrors`, `PreconditionFailed`.
    package func createRecord(
        account: Account,
        zone: ResourceIdentifier,
        _ input: RecordInput,
        if precondition: Precondition? = nil,
        context: ChangeContext
    ) async throws -> ZoneRecord {
        do {
            let batch = BatchInput(creates: [input])
            let result = try await apply(
                batch,
                account: account,
                zone: zone,
                .createRecord,
                precondition,
                context: context
            )
            return try Self.only(result.creates)
        } catch let errors as BatchErrors {
            throw errors.creates.first?.errors ?? errors
        }
    }

    /// Replaces the given fields of a record. One that changes nothing leaves no trace.
    ///
    /// - Throws: `NotFound` (zone, record), `ValidationErrors`, `PreconditionFailed`.
    package func updateRecord(
        account: Account,
        zone: ResourceIdentifier,
        id: Int64,
        _ fields: RecordInput,
        if precondition: Precondition? = nil,
        context: ChangeContext
    ) async throws -> ZoneRecord {
        do {
            let batch = BatchInput(updates: [BatchInput.Update(id: id, fields: fields)])
            let result = try await apply(
                batch,
                account: account,
                zone: zone,
                .updateRecord,
                precondition,
                context: context
            )
            return try Self.only(result.updates)
        } catch let errors as BatchErrors {
            throw errors.updates.first?.errors ?? NotFound(.record, String(id))
        }
    }

    /// Deletes a record.
    ///
    /// - Throws: `NotFound` (zone, record), `ValidationErrors` for a record of the platform, `PreconditionFailed`.
    package func deleteRecord(
        account: Account,
        zone: ResourceIdentifier,
        id: Int64,
        if precondition: Precondition? = nil,
        context: ChangeContext
    ) async throws {
        do {
            let batch = BatchInput(deletes: [id])
            _ = try await apply(batch, account: account, zone: zone, .deleteRecord, precondition, context: context)
        } catch let errors as BatchErrors {
            throw errors.deletes.first?.errors ?? NotFound(.record, String(id))
        }
    }

    /// Deletes, updates and creates records, in this order and all or none.
    ///
    /// - Throws: `NotFound` (zone), `BatchErrors`, `ValidationErrors` when there are too many items,
    ///   `PreconditionFailed`.
    package func batch(
        account: Account,
        zone: ResourceIdentifier,
        _ input: BatchInput,
        if precondition: Precondition? = nil,
        context: ChangeContext
    ) async throws -> BatchResult {
        let count = input.creates.count + input.updates.count + input.deletes.count
        guard count <= policy.maximumBatchItems else {
            throw ValidationErrors("base", "A batch can have at most \(policy.maximumBatchItems) items")
        }
        return try await apply(input, account: account, zone: zone, .batch, precondition, context: context)
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
        _ precondition: Precondition?,
        context: ChangeContext
    ) async throws -> BatchResult {
        try await change { transaction in
            let locked = try await LockedZone.lock(identifier, account: account.id, in: transaction)
            let rules = try rules(of: locked.zone)
            let drafts = try ZoneChangeSet.drafts(input.creates, rules: rules)
            let existing = try await Self.existing(input, drafts, of: locked.zone, rules, in: transaction)
            try Self.check(precondition, input, action, existing, locked.zone)
            let changes = try ZoneChangeSet(input, drafts: drafts, existing: existing, rules: rules)
            let written = try await Self.write(changes, to: locked, in: transaction)
            if !changes.isEmpty {
                let entry = written.entry(action, zone: locked, account: account, context: context)
                try await ChangeBook.record(entry, in: transaction)
            }
            return written.result(of: changes, zoneName: locked.zone.name)
        }
    }

    /// Holds the zone, or the one record that is changed, against what the client has seen. What is not there is left to
    /// the rules, which say so.
    private static func check(
        _ precondition: Precondition?,
        _ input: BatchInput,
        _ action: RecordAction,
        _ existing: [StoredRecord],
        _ zone: Zone
    ) throws {
        guard let precondition else {
            return
        }
        guard action == .updateRecord || action == .deleteRecord else {
            return try precondition.check(zone)
        }
        let id = input.updates.first?.id ?? input.deletes.first
        if let record = existing.first(where: { $0.id == id }) {
            try precondition.check(record.entity(zoneName: zone.name), of: zone)
        }
    }

    /// The rows of all touched names, those of touched ids among them; the zone's lock keeps them as they are.
    ///
    /// Looked up name by name: with the statistics of a zone that has just grown the planner would read all of it.
    static func existing(
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
        return try await transaction.query(
            """
            SELECT r.* FROM (
                SELECT unnest(\(Array(names))::text[]) AS name
                UNION
                SELECT t.name FROM unnest(\(input.deletes + input.updates.map(\.id))) AS given (id)
                CROSS JOIN LATERAL (
                    SELECT name FROM app.record WHERE record.id = given.id AND zone_id = \(zone.id) OFFSET 0
                ) AS t
            ) AS touched
            CROSS JOIN LATERAL (
                SELECT \(StoredRecord.columns) FROM app.record
                WHERE zone_id = \(zone.id) AND record.name = touched.name OFFSET 0
            ) AS r
            """
        ).map(StoredRecord.init(row:))
    }

    /// Writes planned changes of records.
    static func write(
        _ changes: ZoneChangeSet,
        to zone: LockedZone,
        in transaction: PostgresTransaction
    ) async throws -> WrittenChanges {
        try await RecordWriter.delete(changes.deletes.map(\.id), zoneID: zone.zone.id, in: transaction)
        let effective = changes.effectiveUpdates
        let updates = try await RecordWriter.update(effective, in: zone, transaction)
        let creates: [StoredRecord]
        if let only = changes.creates.first, changes.creates.count == 1, let id = zone.spareRecordID {
            creates = [RecordWriter.postpone(only, id: id, into: zone, in: transaction)]
        } else {
            creates = try await RecordWriter.insert(changes.creates, into: zone, in: transaction)
        }
        return WrittenChanges(
            creates: creates,
            updates: updates,
            updatesBefore: effective.map(\.before),
            deletes: changes.deletes
        )
    }
}
