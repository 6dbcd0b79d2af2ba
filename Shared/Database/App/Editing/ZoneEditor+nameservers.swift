// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
package import Domain
import Postgres

extension ZoneEditor {
    /// Name servers that a zone can have: their NS records and addresses must fit into a response without EDNS.
    private static let maximumNameServers = 13

    /// Replaces the NS records at the apex of a zone, which customers cannot write as records. The answer has them all.
    ///
    /// - Throws: `NotFound` (zone), `ValidationErrors` for `ns_names`, `PreconditionFailed`.
    package func setNameServers(
        account: Account,
        zone identifier: ResourceIdentifier,
        _ names: [String],
        if precondition: Precondition? = nil,
        context: ChangeContext
    ) async throws -> [ZoneRecord] {
        try await change { transaction in
            let locked = try await LockedZone.lock(identifier, account: account.id, in: transaction)
            try precondition?.check(locked.zone)
            let rules = try rules(of: locked.zone)
            let drafts = try Self.nameServers(names, rules)
            let existing = try await Self.nameServers(of: locked.zone, in: transaction)
            let plan = RecordPlan(wanted: drafts, existing: existing)
            try await RecordWriter.delete(plan.deletes.map(\.id), zoneID: locked.zone.id, in: transaction)
            let written = WrittenChanges(
                creates: try await RecordWriter.insert(plan.creates, into: locked, system: true, in: transaction),
                updates: try await RecordWriter.update(plan.updates, in: locked, transaction),
                updatesBefore: plan.updates.map(\.before),
                deletes: plan.deletes
            )
            if !written.isEmpty {
                let entry = written.entry(.nameServers, zone: locked, account: account, context: context)
                try await ChangeBook.record(entry, in: transaction)
            }
            return try await Self.nameServers(of: locked.zone, in: transaction).map {
                $0.entity(zoneName: locked.zone.name)
            }
        }
    }

    /// The platform's NS records at the apex, by id.
    static func nameServers(of zone: Zone, in transaction: PostgresTransaction) async throws -> [StoredRecord] {
        try await transaction.query(
            """
            SELECT \(StoredRecord.columns) FROM app.record
            WHERE zone_id = \(zone.id) AND name = '' AND type = 'NS' AND system_record ORDER BY id
            """
        ).map(StoredRecord.init(row:))
    }

    private static func nameServers(_ names: [String], _ rules: RecordRules) throws -> [RecordDraft] {
        guard !names.isEmpty else {
            throw ValidationErrors("ns_names", "can't be blank")
        }
        guard names.count <= maximumNameServers else {
            throw ValidationErrors("ns_names", "is too long (maximum is \(maximumNameServers) name servers)")
        }
        var drafts: [RecordDraft] = []
        for name in names {
            do throws(ValidationErrors) {
                let draft = try rules.nameServer(name)
                if !drafts.contains(where: { $0.rdata == draft.rdata }) {
                    drafts.append(draft)
                }
            } catch {
                throw ValidationErrors("ns_names", "`\(name)` is not a valid host name")
            }
        }
        return drafts
    }
}
