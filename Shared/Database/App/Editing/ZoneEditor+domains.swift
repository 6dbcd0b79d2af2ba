// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
import Postgres

extension ZoneEditor {
    /// Makes a domain and its zone: active, with the platform's SOA and NS records.
    ///
    /// - Throws: `ValidationErrors` for `name`, `VerificationRequired`.
    package func createDomain(account: Account, name: String, context: ChangeContext) async throws -> HostedDomain {
        let name = try ZoneName(customer: name)
        return try await change { transaction in
            try await Self.requireConsent(for: name, account: account, in: transaction)
            let domain = try await Self.insertDomain(name, account: account, in: transaction)
            let made = try await makeZone(name, account: account, domain: domain, in: transaction)
            let entry = ChangeEntry(
                account: account,
                zoneID: made.zone.id,
                zoneName: made.zone.name,
                version: made.zone.version,
                bumpsZone: false,
                action: "domain.create",
                subject: domain.name,
                summaries: [Self.zoneSummary("zone_create", made.zone)],
                before: nil,
                after: JSONWriter.text(of: domain),
                publication: .publish(names: nil),
                webhooks: made.webhooks,
                events: [.domainCreate(domain), .zoneCreate(made.zone)],
                context: context
            )
            try await ChangeBook.record(entry, in: transaction)
            return domain
        }
    }

    /// Deletes a domain with its zone and records.
    ///
    /// - Throws: `NotFound` (domain).
    package func deleteDomain(
        account: Account,
        _ identifier: ResourceIdentifier,
        context: ChangeContext
    ) async throws {
        try await change { transaction in
            let row = try await transaction.first(
                """
                SELECT \(HostedDomain.columns) FROM app.domain
                WHERE account_id = \(account.id) AND \(identifier.condition)
                """
            )
            guard let domain = try row.map(HostedDomain.init(row:)) else {
                throw NotFound(.domain, identifier.description)
            }
            let locked = try await Self.lockZone(of: domain, identifier, in: transaction)
            try await Self.delete(locked, domain, account: account, context: context, in: transaction)
        }
    }

    /// Deletes a zone whoever has it, with its domain where it has one: for the operator, who alone has zones without.
    ///
    /// - Throws: `NotFound` (zone).
    package func deleteZone(named name: String, context: ChangeContext) async throws -> Zone {
        try await change { transaction in
            let row = try await transaction.first(
                """
                SELECT \(Account.columns) FROM app.account
                WHERE id = (SELECT account_id FROM app.zone WHERE \(ResourceIdentifier.name(name).condition))
                """
            )
            guard let account = try row.map(Account.init(row:)) else {
                throw NotFound(.zone, name)
            }
            let locked = try await LockedZone.lock(.name(name), account: account.id, in: transaction)
            let domain = try await Self.domain(of: locked, in: transaction)
            try await Self.delete(locked, domain, account: account, context: context, in: transaction)
            return locked.zone
        }
    }

    private static func delete(
        _ locked: LockedZone,
        _ domain: HostedDomain?,
        account: Account,
        context: ChangeContext,
        in transaction: PostgresTransaction
    ) async throws {
        let zone = locked.zone
        try await keepRecords(of: zone, version: zone.version + 1, context, in: transaction)
        if domain != nil {
            try await transaction.execute(
                """
                INSERT INTO app.deleted_zone (zone_id, account_id, name, version, deleted_by, note, labels)
                SELECT \(zone.id), \(account.id), \(zone.name), \(zone.version + 1), \(context.actor.description),
                       note, labels
                FROM app.domain WHERE id = \(domain?.id)
                """
            )
        }
        if let domain {
            try await transaction.execute("DELETE FROM app.domain WHERE id = \(domain.id)")
        } else {
            try await transaction.execute("DELETE FROM app.zone WHERE id = \(zone.id)")
        }
        let entry = ChangeEntry(
            account: account,
            zoneID: zone.id,
            zoneName: zone.name,
            version: zone.version + 1,
            bumpsZone: false,
            action: domain == nil ? "zone.delete" : "domain.delete",
            subject: zone.name,
            summaries: [zoneSummary("zone_delete", zone)],
            before: domain.map { JSONWriter.text(of: $0) } ?? JSONWriter.text(of: zone),
            after: nil,
            publication: .withdraw,
            webhooks: locked.webhooks,
            events: (domain.map { [.domainDelete($0)] } ?? []) + [.zoneDelete(zone)],
            context: context
        )
        try await ChangeBook.record(entry, in: transaction)
    }

    /// Switches the DNS service of a zone on or off. One that is so already stays as it is.
    ///
    /// - Throws: `NotFound` (zone), `PreconditionFailed`.
    package func setActive(
        _ active: Bool,
        account: Account,
        zone identifier: ResourceIdentifier,
        if precondition: Precondition? = nil,
        context: ChangeContext
    ) async throws -> Zone {
        try await change { transaction in
            let locked = try await LockedZone.lock(identifier, account: account.id, in: transaction)
            try precondition?.check(locked.zone)
            guard locked.zone.active != active else {
                return locked.zone
            }
            var zone = locked.zone
            zone.active = active
            zone.version += 1
            zone.updatedAt = locked.now
            try await transaction.execute("UPDATE app.zone SET active = \(active) WHERE id = \(zone.id)")
            let domain = try await Self.domain(of: locked, in: transaction)
            let entry = ChangeEntry(
                account: account,
                zoneID: zone.id,
                zoneName: zone.name,
                version: zone.version,
                bumpsZone: true,
                action: active ? "zone.activate" : "zone.deactivate",
                subject: zone.name,
                summaries: [Self.zoneSummary(active ? "zone_activate" : "zone_deactivate", zone)],
                before: JSONWriter.text(of: locked.zone),
                after: JSONWriter.text(of: zone),
                publication: active ? .publish(names: nil) : .withdraw,
                webhooks: locked.webhooks,
                events: domain.map { [active ? .domainResolutionEnable($0) : .domainResolutionDisable($0)] } ?? [],
                context: context
            )
            try await ChangeBook.record(entry, in: transaction)
            return zone
        }
    }

    /// Inserts a zone with its platform records; `domain` is nil for a zone that no customer can own.
    func makeZone(
        _ name: ZoneName,
        account: Account,
        domain: HostedDomain?,
        in transaction: PostgresTransaction
    ) async throws -> LockedZone {
        let row = try await transaction.first(
            """
            INSERT INTO app.zone (account_id, domain_id, name, reverse)
            VALUES (\(account.id), \(domain?.id), \(name.text), \(name.isReverse))
            ON CONFLICT (name) DO NOTHING
            RETURNING \(Zone.columns), now() AS now
            """
        )
        guard let row else {
            throw Self.taken
        }
        let locked = LockedZone(
            zone: try Zone(row: row),
            domainID: domain?.id,
            webhooks: try await LockedZone.webhooks(account: account.id, in: transaction),
            now: try row.timestamp("now")
        )
        let serial = UInt32(truncatingIfNeeded: locked.now.seconds)
        let records = try PlatformRecords.records(policy: policy, serial: serial)
        _ = try await RecordWriter.insert(records, zoneID: locked.zone.id, system: true, in: transaction)
        return locked
    }

    /// A name that another account has, as a domain or a zone.
    static let taken = ValidationErrors("name", "has already been taken")

    static func insertDomain(
        _ name: ZoneName,
        account: Account,
        in transaction: PostgresTransaction
    ) async throws -> HostedDomain {
        let row = try await transaction.first(
            """
            INSERT INTO app.domain (account_id, name, unicode_name)
            VALUES (\(account.id), \(name.text), \(name.unicodeText))
            ON CONFLICT (name) DO NOTHING
            RETURNING \(HostedDomain.columns)
            """
        )
        guard let row else {
            throw taken
        }
        return try HostedDomain(row: row)
    }

    /// Nobody may put a zone below another account's without its owner's word: responders would answer from it instead.
    /// The nearest zone above decides, as its owner could also delegate the name.
    ///
    /// - Throws: `VerificationRequired`.
    static func requireConsent(
        for name: ZoneName,
        account: Account,
        in transaction: PostgresTransaction
    ) async throws {
        let consent = HostingConsent(account: account.id, name: name)
        let row = try await transaction.first(
            """
            SELECT z.name, z.account_id = \(account.id) OR EXISTS (
                SELECT 1 FROM app.record AS r
                WHERE r.zone_id = z.id AND r.name = \(HostingConsent.owner) AND r.type = 'TXT'
                    AND r.rdata = \(consent.rdata)
            ) AS allowed
            FROM app.zone AS z WHERE z.name = ANY(\(name.ownableAncestors)::text[])
            ORDER BY length(z.name) DESC LIMIT 1
            """
        )
        guard let row, try !row.decode("allowed", as: Bool.self) else {
            return
        }
        throw VerificationRequired(zone: try row.decode("name"), consent: consent)
    }

    /// A row of history about the zone itself.
    static func zoneSummary(_ key: String, _ zone: Zone) -> String {
        var json = JSONWriter()
        json.object { $0.member(key, zone) }
        return json.text
    }

    /// A domain whose zone went in the meantime went with it.
    private static func lockZone(
        of domain: HostedDomain,
        _ identifier: ResourceIdentifier,
        in transaction: PostgresTransaction
    ) async throws -> LockedZone {
        do {
            return try await LockedZone.lock(.name(domain.name), account: domain.accountID, in: transaction)
        } catch is NotFound {
            throw NotFound(.domain, identifier.description)
        }
    }

    private static func domain(
        of locked: LockedZone,
        in transaction: PostgresTransaction
    ) async throws -> HostedDomain? {
        guard let id = locked.domainID else {
            return nil
        }
        return try await transaction.first("SELECT \(HostedDomain.columns) FROM app.domain WHERE id = \(id)")
            .map(HostedDomain.init(row:))
    }

    /// Keeps the records of a zone about to be deleted in its history, so that it can be restored from there.
    private static func keepRecords(
        of zone: Zone,
        version: Int64,
        _ context: ChangeContext,
        in transaction: PostgresTransaction
    ) async throws {
        try await transaction.execute(
            """
            INSERT INTO app.zone_change (account_id, zone_id, zone_name, version, request_id, summary)
            SELECT \(zone.accountID), \(zone.id), \(zone.name)::text, \(version), \(context.requestID.text)::uuid,
                   jsonb_build_object('deletes', jsonb_agg(jsonb_build_object(
                       'id', r.id, 'name', r.name, 'type', r.type, 'content', r.content, 'ttl', r.ttl,
                       'priority', r.priority, 'regions', to_jsonb(r.regions), 'system_record', r.system_record
                   ) || jsonb_strip_nulls(jsonb_build_object('note', r.note, 'labels', r.labels)) ORDER BY r.id))
            FROM (
                SELECT id, name, content, ttl, priority, type, regions, system_record, note, labels,
                       (row_number() OVER (ORDER BY id)) / 1000 AS part
                FROM app.record WHERE zone_id = \(zone.id)
            ) AS r
            GROUP BY r.part
            """
        )
    }
}
