// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Domain
import Postgres

/// A change of records that the platform keeps in a customer's zone: what takes their place, and what caused it.
struct PlatformRecordChange: Sendable {
    /// System records that go.
    var deletes: [StoredRecord] = []
    /// System records that come; one that is there already stays as it is.
    var creates: [RecordDraft] = []
    /// What the audit calls it, for example `email_forward.create`.
    var action: String
    /// What was changed beside the records.
    var subject: String
    var before: String?
    var after: String?
    /// What webhooks are told before they are told of the records.
    var events: [WebhookEvent]
}

extension ZoneEditor {
    /// Makes a change of the platform's records, and books it; without any records just what caused it.
    func apply(
        _ change: PlatformRecordChange,
        to locked: LockedZone,
        account: Account,
        context: ChangeContext,
        in transaction: PostgresTransaction
    ) async throws {
        guard !change.deletes.isEmpty || !change.creates.isEmpty else {
            return try await AccountBook.record(
                AccountChange(
                    account: account,
                    action: change.action,
                    subject: change.subject,
                    before: change.before,
                    after: change.after,
                    events: change.events,
                    context: context
                ),
                in: transaction
            )
        }
        try await RecordWriter.delete(change.deletes.map(\.id), zoneID: locked.zone.id, in: transaction)
        let creates = try await RecordWriter.insert(change.creates, into: locked, system: true, in: transaction)
        let written = WrittenChanges(creates: creates, updates: [], updatesBefore: [], deletes: change.deletes)
        var entry = written.entry(.batch, zone: locked, account: account, context: context)
        entry.action = change.action
        entry.subject = change.subject
        entry.before = change.before
        entry.after = change.after
        entry.events = locked.webhooks.isEmpty ? [] : change.events + entry.events
        try await ChangeBook.record(entry, in: transaction)
    }

    /// The records of a zone at the given owners.
    static func records(
        at names: [String],
        of zone: Zone,
        in transaction: PostgresTransaction
    ) async throws -> [StoredRecord] {
        try await transaction.query(
            """
            SELECT \(StoredRecord.columns) FROM app.record
            WHERE zone_id = \(zone.id) AND name = ANY(\(names)::text[]) ORDER BY id
            """
        ).map(StoredRecord.init(row:))
    }

    /// The drafts that are not among `records`: the customer may have made the same record.
    static func missing(_ drafts: [RecordDraft], among records: [StoredRecord]) -> [RecordDraft] {
        drafts.filter { draft in
            !records.contains { $0.name == draft.name && $0.type == draft.type && $0.rdata == draft.rdata }
        }
    }
}
