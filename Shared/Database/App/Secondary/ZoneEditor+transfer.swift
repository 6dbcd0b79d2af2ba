// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Postgres

extension ZoneEditor {
    /// Zones that one call puts in place.
    private static let inboxZones: Int64 = 100

    /// Puts the secondary zones in place that workers have fetched, each with its SOA record as it came: all of it or nothing.
    /// One that is no zone is refused, with the reason for its owner; the one before stays.
    ///
    /// - Returns: How many were put in place or refused.
    package func applySecondaryZones() async throws -> Int {
        // The rows are locked after their zones, as by whoever deletes a zone.
        let waiting = try await pool.query(
            """
            SELECT i.zone_id, z.account_id, i.claim FROM distribution.secondary_inbox AS i
            JOIN app.zone AS z ON z.id = i.zone_id ORDER BY i.arrived_at LIMIT \(Self.inboxZones)
            """
        )
        var count = 0
        for row in waiting {
            let zone: Int64 = try row.decode("zone_id")
            do {
                if try await applySecondary(zone: zone, account: try row.decode("account_id")) { count += 1 }
            } catch is NotFound {
                // Deleted since, and its row with it, or moved to another account: then it is found again.
            } catch let error as ZoneImportError {
                let reason = error.lines.first?.reason ?? "it is broken"
                try await refuseSecondary(zone: zone, claim: try row.decode("claim"), reason)
                count += 1
            }
        }
        return count
    }

    /// Returns whether there was something to do. What was fetched under a claim that another worker has taken over is
    /// dropped.
    private func applySecondary(zone: Int64, account: Int64) async throws -> Bool {
        try await change { transaction in
            let locked = try await LockedZone.lock(.id(zone), account: account, in: transaction)
            let waiting = try await transaction.first(
                """
                DELETE FROM distribution.secondary_inbox WHERE zone_id = \(zone)
                RETURNING claim, serial, refresh, retry, expire, wait, zone_file
                """
            )
            guard let waiting else { return false }
            guard locked.zone.secondary, let name = ZoneName(stored: locked.zone.name),
                let wasExpired = try await Self.note(waiting, zone: zone, in: transaction)
            else { return true }
            let plan = try ZoneImportPlan(
                .transferred(try waiting.decode("zone_file")),
                existing: try await Self.records(of: locked.zone, in: transaction),
                zone: name,
                policy: policy,
                standing: ZoneStanding(now: locked.now)
            )
            try await transaction.execute("UPDATE app.zone SET last_transferred_at = now() WHERE id = \(zone)")
            guard !plan.isEmpty || wasExpired else { return true }
            let serial = UInt32(truncatingIfNeeded: try waiting.decode("serial", as: Int64.self))
            try await write(plan, serial, to: locked, wasExpired: wasExpired, in: transaction)
            return true
        }
    }

    /// Notes that the zone was had; returns whether it had expired, nil when the claim does not hold any more.
    private static func note(
        _ waiting: PostgresRow,
        zone: Int64,
        in transaction: PostgresTransaction
    ) async throws -> Bool? {
        let expire: Int64 = try waiting.decode("expire")
        return try await transaction.first(
            """
            WITH before AS (
                SELECT zone_id, expired FROM distribution.secondary
                WHERE zone_id = \(zone) AND claim = \(try waiting.decode("claim", as: Int64.self)) FOR UPDATE
            )
            UPDATE distribution.secondary AS s
            SET serial = \(try waiting.decode("serial", as: Int64.self)),
                refresh = \(try waiting.decode("refresh", as: Int64.self)),
                retry = \(try waiting.decode("retry", as: Int64.self)), expire = \(expire),
                checked_at = now(), transferred_at = now(), expired = false, failures = 0, failure = NULL,
                due_at = now() + \(try waiting.decode("wait", as: Double.self)) * interval '1 second',
                expires_at = now() + \(expire) * interval '1 second'
            FROM before WHERE s.zone_id = before.zone_id RETURNING before.expired
            """
        )?.decode("expired")
    }

    private func refuseSecondary(zone: Int64, claim: Int64, _ reason: String) async throws {
        try await pool.withTransaction { transaction in
            let refused = try await transaction.first(
                """
                DELETE FROM distribution.secondary_inbox WHERE zone_id = \(zone) AND claim = \(claim)
                RETURNING origin, retry_wait
                """
            )
            guard let refused else { return }
            let text = "\(try refused.decode("origin", as: String.self)): the zone is refused: \(reason)"
            try await transaction.execute(
                """
                UPDATE distribution.secondary
                SET failures = failures + 1, failure = left(\(text), 300), checked_at = now(),
                    due_at = now() + \(try refused.decode("retry_wait", as: Double.self)) * interval '1 second'
                WHERE zone_id = \(zone) AND claim = \(claim)
                """
            )
        }
    }

    private func write(
        _ plan: ZoneImportPlan,
        _ serial: UInt32,
        to locked: LockedZone,
        wasExpired: Bool,
        in transaction: PostgresTransaction
    ) async throws {
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
        let row = try await transaction.first(
            "SELECT \(Account.columns) FROM app.account WHERE id = \(locked.zone.accountID)"
        )
        guard let row else { throw NotFound(.zone, locked.zone.name) }
        var entry = written.entry(
            .importFile,
            zone: locked,
            account: try Account(row: row),
            context: ChangeContext(actor: .platform, requestID: RequestIdentifier()),
            inBrief: true,
            serial: serial
        )
        if wasExpired { entry.publication = .publish(names: nil) }
        if written.touches(moreNamesThan: ChangeBook.interactiveNames) { entry.lane = .bulk }
        try await ChangeBook.record(entry, in: transaction)
    }
}
