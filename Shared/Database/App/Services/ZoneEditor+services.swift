// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
import Postgres

extension ZoneEditor {
    /// Gives a domain the records of a service: all of them or none. The settings are not kept.
    ///
    /// - Throws: `NotFound` (domain, service), `ValidationErrors` by setting, or for `base` with every conflict.
    package func applyService(
        _ identifier: ResourceIdentifier,
        settings: [String: String],
        account: Account,
        domain: ResourceIdentifier,
        context: ChangeContext
    ) async throws {
        try await change { transaction in
            let locked = try await Self.lockZone(ofDomain: domain, account: account, in: transaction)
            guard let service = ServiceCatalogue.service(identifier) else {
                throw NotFound(.service, identifier.description)
            }
            let inputs = try service.records(for: try rules(of: locked.zone).zone, settings: settings)
            try await Self.refuseSecondPolicies(inputs, in: locked.zone, transaction)
            let written = try await add(inputs, to: locked, in: transaction)
            let inserted = try await transaction.execute(
                """
                INSERT INTO app.applied_service (zone_id, service_id, record_ids)
                VALUES (\(locked.zone.id), \(service.id), \(written.creates.map(\.id)))
                ON CONFLICT DO NOTHING
                """
            )
            guard inserted == 1 else {
                throw ValidationErrors("base", "The service has already been applied to the domain")
            }
            var entry = written.entry(.applyService, zone: locked, account: account, context: context)
            entry.subject = "\(locked.zone.name)/\(service.sid)"
            try await ChangeBook.record(entry, in: transaction)
        }
    }

    /// Takes away the records that a service gave a domain, as far as they are still there; also those that were
    /// changed since.
    ///
    /// - Throws: `NotFound` (domain, service).
    package func unapplyService(
        _ identifier: ResourceIdentifier,
        account: Account,
        domain: ResourceIdentifier,
        context: ChangeContext
    ) async throws {
        try await change { transaction in
            let locked = try await Self.lockZone(ofDomain: domain, account: account, in: transaction)
            let service = ServiceCatalogue.service(identifier)
            let row = try await transaction.first(
                """
                DELETE FROM app.applied_service WHERE zone_id = \(locked.zone.id) AND service_id = \(service?.id ?? 0)
                RETURNING record_ids
                """
            )
            guard let service, let row else { throw NotFound(.service, identifier.description) }
            let deleted = try await transaction.query(
                """
                DELETE FROM app.record
                WHERE zone_id = \(locked.zone.id) AND id = ANY(\(try row.decode(0) as [Int64])) AND NOT system_record
                RETURNING \(StoredRecord.columns)
                """
            ).map(StoredRecord.init(row:)).sorted { $0.id < $1.id }
            guard !deleted.isEmpty else { return }
            let written = WrittenChanges(creates: [], updates: [], updatesBefore: [], deletes: deleted)
            var entry = written.entry(.unapplyService, zone: locked, account: account, context: context)
            entry.subject = "\(locked.zone.name)/\(service.sid)"
            try await ChangeBook.record(entry, in: transaction)
        }
    }

    /// Two SPF records at one name make mail fail (RFC 7208 section 4.5): the customer has to join them.
    private static func refuseSecondPolicies(
        _ inputs: [RecordInput],
        in zone: Zone,
        _ transaction: PostgresTransaction
    ) async throws {
        let names = inputs.filter { $0.content?.hasPrefix("v=spf1 ") == true }.compactMap(\.name)
        guard !names.isEmpty else { return }
        let rows = try await transaction.query(
            """
            SELECT name FROM app.record
            WHERE zone_id = \(zone.id) AND name = ANY(\(names)::text[]) AND type = 'TXT'
              AND ltrim(content, '"') LIKE 'v=spf1 %'
            ORDER BY name
            """
        )
        var errors = ValidationErrors()
        for row in rows {
            let name: String = try row.decode(0)
            errors.add("base", "\(name.isEmpty ? "@" : name) TXT: The name already has an SPF record")
        }
        try errors.throwIfAny()
    }
}
