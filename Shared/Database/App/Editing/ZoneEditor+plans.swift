// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
package import Domain
import Postgres

extension ZoneEditor {
    /// Which records a client's list is the whole truth about.
    package enum PlanScope: Hashable, Sendable {
        /// Those of one name and type.
        case recordSet(name: String, type: String)
        /// All that customers can write.
        case zone
    }

    /// Makes the records in `scope` those of `inputs` with the fewest changes, all or none.
    ///
    /// What is so already leaves no trace. Errors name a record by its index in `inputs`, under `creates`.
    ///
    /// - Throws: `NotFound` (zone), `BatchErrors`, `ValidationErrors`, `PreconditionFailed`.
    package func replaceRecords(
        account: Account,
        zone identifier: ResourceIdentifier,
        _ scope: PlanScope,
        with inputs: [RecordInput],
        dryRun: Bool = false,
        if precondition: Precondition? = nil,
        context: ChangeContext
    ) async throws -> ZoneImportReport {
        guard inputs.count <= policy.maximumImportRecords else {
            throw ValidationErrors("base", "A zone can be given at most \(policy.maximumImportRecords) records at once")
        }
        return try await change { transaction in
            let locked = try await LockedZone.lock(identifier, account: account.id, in: transaction)
            try precondition?.check(locked.zone)
            let rules = try rules(of: locked.zone)
            let drafts = try ZoneChangeSet.drafts(inputs, rules: rules)
            let existing = try await Self.existing(in: scope, drafts, of: locked.zone, rules, in: transaction)
            let plan = RecordPlan(
                wanted: drafts,
                existing: existing.filter { !$0.isSystem && scope.contains($0, rules) }
            )
            let changes: ZoneChangeSet
            do throws(BatchErrors) {
                changes = try ZoneChangeSet(plan.batch, drafts: plan.creates, existing: existing, rules: rules)
            } catch {
                throw plan.errors(error, wanted: drafts)
            }
            if !dryRun, !changes.isEmpty {
                let written = try await Self.write(changes, to: locked, in: transaction)
                let action: RecordAction = scope == .zone ? .desiredState : .recordSet
                var entry = written.entry(action, zone: locked, account: account, context: context)
                if written.touches(moreNamesThan: ChangeBook.interactiveNames) {
                    entry.lane = .bulk
                }
                try await ChangeBook.record(entry, in: transaction)
            }
            return plan.report(zoneName: locked.zone.name, dryRun: dryRun, skippedCount: 0)
        }
    }

    /// Deletes the records of one name and type.
    ///
    /// - Throws: `NotFound` (zone, RRset), `ValidationErrors` for records of the platform, `PreconditionFailed`.
    package func deleteRecordSet(
        account: Account,
        zone identifier: ResourceIdentifier,
        name: String,
        type: String,
        if precondition: Precondition? = nil,
        context: ChangeContext
    ) async throws {
        try await change { transaction in
            let locked = try await LockedZone.lock(identifier, account: account.id, in: transaction)
            try precondition?.check(locked.zone)
            let rules = try rules(of: locked.zone)
            let scope = PlanScope.recordSet(name: name, type: type)
            let existing = try await Self.existing(in: scope, [], of: locked.zone, rules, in: transaction)
            let going = existing.filter { scope.contains($0, rules) }
            guard !going.isEmpty else {
                throw NotFound(.recordSet, "\(name.isEmpty ? "@" : name)/\(type.uppercased())")
            }
            for record in going {
                try RecordRules.checkEditable(record)
            }
            try await RecordWriter.delete(going.map(\.id), zoneID: locked.zone.id, in: transaction)
            let written = WrittenChanges(creates: [], updates: [], updatesBefore: [], deletes: going)
            let entry = written.entry(.recordSet, zone: locked, account: account, context: context)
            try await ChangeBook.record(entry, in: transaction)
        }
    }

    /// The rows that the rules have to see: of the zone, or of the name.
    private static func existing(
        in scope: PlanScope,
        _ drafts: [RecordDraft],
        of zone: Zone,
        _ rules: RecordRules,
        in transaction: PostgresTransaction
    ) async throws -> [StoredRecord] {
        guard case .recordSet(let name, _) = scope else {
            return try await records(of: zone, in: transaction)
        }
        let names = Set(drafts.map(\.name) + [(try? RecordName.validated(name, in: rules.zone)) ?? name])
        return try await transaction.query(
            """
            SELECT \(StoredRecord.columns) FROM app.record
            WHERE zone_id = \(zone.id) AND name = ANY(\(names.sorted())::text[]) ORDER BY id
            """
        ).map(StoredRecord.init(row:))
    }
}

extension ZoneEditor.PlanScope {
    /// Whether the client's list speaks about `record`.
    func contains(_ record: StoredRecord, _ rules: RecordRules) -> Bool {
        guard case .recordSet(let name, let type) = self else {
            return true
        }
        return record.type == RRType(apiName: type) && record.name == (try? RecordName.validated(name, in: rules.zone))
    }
}
