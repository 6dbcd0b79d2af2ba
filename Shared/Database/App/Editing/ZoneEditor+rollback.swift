// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
package import Domain
import Postgres

extension ZoneEditor {
    /// Gives a zone the records again that it had in an older version: a new version, made of the fewest changes.
    ///
    /// The name servers come back too; the SOA's numbers and whether the zone is active do not.
    ///
    /// - Throws: `NotFound` (zone, version), `BatchErrors`, `ValidationErrors`, `PreconditionFailed`.
    package func rollback(
        account: Account,
        zone identifier: ResourceIdentifier,
        to version: Int64,
        dryRun: Bool = false,
        if precondition: Precondition? = nil,
        context: ChangeContext
    ) async throws -> (zone: Zone, diff: VersionDiff) {
        try await change { transaction in
            let locked = try await LockedZone.lock(identifier, account: account.id, in: transaction)
            try precondition?.check(locked.zone)
            let rules = try rules(of: locked.zone)
            guard (1...locked.zone.version).contains(version) else {
                throw NotFound(.version, String(version))
            }
            let steps = try await HistoryQueries.steps(
                zone: locked.zone.id,
                after: version,
                through: locked.zone.version,
                in: transaction
            )
            let diff = VersionDiff(steps).inverted.withoutSOA
            var zone = locked.zone
            guard !dryRun, !diff.isEmpty else {
                return (zone, diff)
            }
            let written = try await apply(diff, to: locked, rules, in: transaction)
            var entry = written.entry(.rollback, zone: locked, account: account, context: context)
            if written.touches(moreNamesThan: ChangeBook.interactiveNames) {
                entry.lane = .bulk
            }
            try await ChangeBook.record(entry, in: transaction)
            zone.version += 1
            zone.updatedAt = locked.now
            return (zone, diff)
        }
    }

    /// Writes a diff: customers' records by the rules, the platform's as they were.
    private func apply(
        _ diff: VersionDiff,
        to locked: LockedZone,
        _ rules: RecordRules,
        in transaction: PostgresTransaction
    ) async throws -> WrittenChanges {
        let batch = BatchInput(
            creates: diff.creates.filter { !$0.isSystem }.map(\.input),
            updates: diff.updates.filter { !$0.before.isSystem }.map { update in
                BatchInput.Update(id: update.before.id, fields: update.after.input)
            },
            deletes: diff.deletes.filter { !$0.isSystem }.map(\.id)
        )
        let system = try await applyPlatform(diff, to: locked, in: transaction)
        let drafts = try ZoneChangeSet.drafts(batch.creates, rules: rules)
        let existing = try await Self.existing(batch, drafts, of: locked.zone, rules, in: transaction)
        let changes = try ZoneChangeSet(batch, drafts: drafts, existing: existing, rules: rules)
        var written = try await Self.write(changes, to: locked, in: transaction)
        written.creates += system.creates
        written.updates += system.updates
        written.updatesBefore += system.updatesBefore
        written.deletes += system.deletes
        return written
    }

    private func applyPlatform(
        _ diff: VersionDiff,
        to locked: LockedZone,
        in transaction: PostgresTransaction
    ) async throws -> WrittenChanges {
        let touched =
            diff.deletes.filter(\.isSystem).map(\.id) + diff.updates.filter(\.before.isSystem).map(\.before.id)
        let rows = try await transaction.query(
            """
            SELECT \(StoredRecord.columns) FROM app.record
            WHERE zone_id = \(locked.zone.id) AND system_record
              AND id = ANY(\(touched))
            ORDER BY id
            """
        ).map(StoredRecord.init(row:))
        let changes = try PlatformChanges(diff, rows: rows, zone: locked.zone)
        try await RecordWriter.delete(changes.deletes.map(\.id), zoneID: locked.zone.id, in: transaction)
        let created = try await RecordWriter.insert(changes.creates, into: locked, system: true, in: transaction)
        return WrittenChanges(
            creates: created,
            updates: try await RecordWriter.update(changes.updates, in: locked, transaction),
            updatesBefore: changes.updates.map(\.before),
            deletes: changes.deletes
        )
    }
}

/// What a diff asks of the platform's own records.
///
/// A type with a synchronous initialiser, because the release compiler (Swift 6.3) crashes on a coroutine with these
/// throwing closures in it.
private struct PlatformChanges {
    let creates: [RecordDraft]
    let updates: [ZoneChangeSet.Update]
    let deletes: [StoredRecord]

    /// - Parameter rows: the rows there are of those the diff changes or removes; one that has gone is left out.
    init(_ diff: VersionDiff, rows: [StoredRecord], zone: Zone) throws {
        let going = Set(diff.deletes.filter(\.isSystem).map(\.id))
        let byID = Dictionary(rows.map { ($0.id, $0) }) { first, _ in first }
        creates = try diff.creates.filter(\.isSystem).map { try RecordDraft(platform: $0, of: zone) }
        updates = try diff.updates.filter(\.before.isSystem).compactMap { update in
            guard let row = byID[update.before.id] else {
                return nil
            }
            return ZoneChangeSet.Update(before: row, after: try RecordDraft(platform: update.after, of: zone))
        }
        deletes = rows.filter { going.contains($0.id) }
    }
}

extension RecordDraft {
    /// A record of the platform as the history keeps it.
    init(platform record: HistoricRecord, of zone: Zone) throws {
        guard let type = RRType(apiName: record.type), let name = ZoneName(stored: zone.name) else {
            throw PostgresError(.decoding, message: "the history does not hold a record")
        }
        let content = try RecordContent(
            type: type,
            content: record.content,
            priority: record.priority.map(Int64.init),
            zone: name,
            maximumLength: Int(UInt16.max)
        )
        self.init(
            name: record.name,
            type: type,
            content: content.content,
            ttl: record.ttl,
            priority: content.priority,
            regions: record.regions,
            rdata: content.rdata
        )
    }
}
