// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
import Postgres

extension ZoneEditor {
    /// Rows of a zone that are read at once.
    private static let chunk = 10_000

    /// Imports a zone file into a zone of the account: all of it or nothing.
    ///
    /// An import that touches many names, or is one of many, waits in the publisher's bulk lane.
    ///
    /// - Throws: `NotFound` (zone), `ValidationErrors`, `ZoneImportError`, `PreconditionFailed`.
    package func importZone(
        account: Account,
        zone identifier: ResourceIdentifier,
        _ request: ZoneImportRequest,
        if precondition: Precondition? = nil,
        context: ChangeContext
    ) async throws -> ZoneImportReport {
        try await change(unless: request.dryRun) { transaction in
            let locked = try await LockedZone.lock(identifier, account: account.id, in: transaction)
            try precondition?.check(locked.zone)
            return try await importFile(request, into: locked, account: account, context: context, in: transaction)
        }
    }

    /// Imports a zone file; a zone that is missing is made, with its domain where a customer can own the name.
    ///
    /// With the operator's authority any name is taken, the root too.
    ///
    /// - Throws: `ValidationErrors` for `name`, `ZoneImportError`.
    package func importZone(
        account: Account,
        named text: String,
        _ request: ZoneImportRequest,
        context: ChangeContext
    ) async throws -> ZoneImportReport {
        let isOperator = request.authority == .operator
        let name = isOperator ? try ZoneName(operator: text) : try ZoneName(customer: text)
        return try await change(unless: request.dryRun) { transaction in
            let locked = try await lockOrMake(name, account: account, context: context, in: transaction)
            return try await importFile(request, into: locked, account: account, context: context, in: transaction)
        }
    }

    /// Runs a change, or only pretends to: then everything is rolled back.
    private func change(
        unless isPretended: Bool,
        _ body: (PostgresTransaction) async throws -> ZoneImportReport
    ) async throws -> ZoneImportReport {
        guard isPretended else {
            return try await change(body)
        }
        do {
            return try await pool.withTransaction { throw Pretended(report: try await body($0)) }
        } catch let pretended as Pretended {
            return pretended.report
        }
    }

    /// Ends the transaction of a dry run.
    private struct Pretended: Error {
        var report: ZoneImportReport
    }

    private func lockOrMake(
        _ name: ZoneName,
        account: Account,
        context: ChangeContext,
        in transaction: PostgresTransaction
    ) async throws -> LockedZone {
        do {
            return try await LockedZone.lock(.name(name.text), account: account.id, in: transaction)
        } catch is NotFound {
            let isOwnable = (try? ZoneName(customer: name.text)) != nil
            if isOwnable {
                try await Self.requireConsent(for: name, account: account, in: transaction)
            }
            let domain = isOwnable ? try await Self.insertDomain(name, account: account, in: transaction) : nil
            let made = try await makeZone(name, account: account, domain: domain, in: transaction)
            var events = [WebhookEvent.zoneCreate(made.zone)]
            if let domain {
                events.insert(.domainCreate(domain), at: 0)
            }
            var entry = ChangeEntry(
                account: account,
                zoneID: made.zone.id,
                zoneName: made.zone.name,
                version: made.zone.version,
                bumpsZone: false,
                action: domain == nil ? "zone.create" : "domain.create",
                subject: made.zone.name,
                summaries: [Self.zoneSummary("zone_create", made.zone)],
                before: nil,
                after: JSONWriter.text(of: made.zone),
                publication: .publish(names: nil),
                webhooks: made.webhooks,
                events: events,
                context: context
            )
            // The row of the import itself, which follows in this transaction, says how urgent both are.
            entry.lane = .bulk
            try await ChangeBook.record(entry, in: transaction)
            return made
        }
    }

    private func importFile(
        _ request: ZoneImportRequest,
        into locked: LockedZone,
        account: Account,
        context: ChangeContext,
        in transaction: PostgresTransaction
    ) async throws -> ZoneImportReport {
        let name = try Self.name(of: locked.zone)
        let standing = try await Self.standing(of: locked, in: transaction)
        if let refusal = request.refusal(of: standing) {
            throw refusal
        }
        let existing = try await Self.records(of: locked.zone, in: transaction)
        let plan = try ZoneImportPlan(
            request,
            existing: existing,
            zone: name,
            policy: policy,
            standing: standing
        )
        if !request.dryRun, !plan.isEmpty {
            try await RecordWriter.delete(plan.deletes.map(\.id), zoneID: locked.zone.id, in: transaction)
            let updates = try await RecordWriter.update(plan.updates, in: locked, transaction)
            let system = try await RecordWriter.insert(plan.systemCreates, into: locked, system: true, in: transaction)
            let creates = try await RecordWriter.insert(plan.creates, into: locked, in: transaction)
            let written = WrittenChanges(
                creates: system + creates,
                updates: updates,
                updatesBefore: plan.updates.map(\.before),
                deletes: plan.deletes
            )
            let concernsSigning = request.isPresigned || standing.isPresigned
            var entry = written.entry(
                .importFile,
                zone: locked,
                account: account,
                context: context,
                inBrief: concernsSigning,
                serial: plan.signing?.serial
            )
            if concernsSigning {
                let zone = try await Self.note(plan.signing, of: locked, in: transaction)
                if plan.changesSigning, !locked.webhooks.isEmpty {
                    entry.events.insert(zone.isPresigned ? .dnssecCreate(zone) : .dnssecDelete(zone), at: 0)
                }
            }
            if request.isBulk || written.touches(moreNamesThan: ChangeBook.interactiveNames) {
                entry.lane = .bulk
            }
            try await ChangeBook.record(entry, in: transaction)
        }
        return plan.report(zoneName: locked.zone.name, dryRun: request.dryRun)
    }

    private static func standing(
        of locked: LockedZone,
        in transaction: PostgresTransaction
    ) async throws -> ZoneStanding {
        let row = try await transaction.first(
            "SELECT serial FROM distribution.zone WHERE zone_id = \(locked.zone.id)"
        )
        return ZoneStanding(
            isPresigned: locked.zone.isPresigned,
            publishedSerial: try row.map { UInt32(truncatingIfNeeded: try $0.decode("serial", as: Int64.self)) },
            now: locked.now
        )
    }

    /// Writes down how the zone is signed; nil when it is not any more. Returns the zone as it is then.
    private static func note(
        _ signing: ZoneSigning?,
        of locked: LockedZone,
        in transaction: PostgresTransaction
    ) async throws -> Zone {
        let expiry = signing?.signaturesExpireAt?.postgres
        let rows = try await transaction.query(
            """
            UPDATE app.zone
            SET presigned_at = CASE WHEN \(signing != nil) THEN coalesce(presigned_at, now()) END,
                signatures_expire_at = \(expiry)
            WHERE id = \(locked.zone.id)
            RETURNING \(Zone.columns)
            """
        )
        var zone = try Zone(row: try rows.only())
        zone.updatedAt = locked.now
        return zone
    }

    static func records(of zone: Zone, in transaction: PostgresTransaction) async throws -> [StoredRecord] {
        var records: [StoredRecord] = []
        var rows: [PostgresRow]
        repeat {
            rows = try await transaction.query(
                """
                SELECT \(StoredRecord.columns) FROM app.record
                WHERE zone_id = \(zone.id) AND id > \(records.last?.id ?? 0) ORDER BY id LIMIT \(chunk)
                """
            )
            for row in rows {
                records.append(try StoredRecord(row: row))
            }
        } while rows.count == chunk
        return records
    }
}
