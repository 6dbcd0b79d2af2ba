// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
import Postgres

extension ZoneEditor {
    /// Gives owners of a zone the addresses, all in one change: a record that is alone of its type gets the content and
    /// keeps its TTL, one that is missing is made. Where all is so already nothing is written and no lock is taken.
    ///
    /// - Parameter owners: Relative to the zone, each once.
    /// - Returns: An answer for each owner, in order; ``DynamicAnswer/noHost`` where the token's policy does not allow it.
    /// - Throws: `NotFound` (zone).
    package func setAddresses(
        _ addresses: DynamicAddresses,
        of owners: [String],
        account: Account,
        zone identifier: ResourceIdentifier,
        context: ChangeContext
    ) async throws -> [DynamicAnswer] {
        var answers = Array(repeating: DynamicAnswer.noHost, count: owners.count)
        let allowed = owners.indices.filter { index in
            let records = addresses.records.map { (name: owners[index], type: $0.type) }
            return context.recordPolicy.map { $0.verdict(on: records) == .allowed } ?? true
        }
        guard !allowed.isEmpty else {
            return answers
        }
        let names = allowed.map { owners[$0] }
        var planned: [DynamicAnswer]
        do {
            planned = try await plan(addresses, of: names, account: account, zone: identifier)
            if planned.contains(.good) {
                planned = try await write(addresses, of: names, account: account, zone: identifier, context: context)
            }
        } catch is ValidationErrors {
            // The zone's records come from elsewhere.
            planned = names.map { _ in .refused }
        }
        for (index, answer) in zip(allowed, planned) {
            answers[index] = answer
        }
        return answers
    }

    /// What would come of it.
    private func plan(
        _ addresses: DynamicAddresses,
        of owners: [String],
        account: Account,
        zone identifier: ResourceIdentifier
    ) async throws -> [DynamicAnswer] {
        let zone = try await ZoneRepository(pool: pool).zone(account: account.id, identifier)
        let existing = try await Self.rows(of: owners, zone: zone, in: pool)
        return try DynamicPlan(owners, addresses, existing: existing, rules: try rules(of: zone)).answers
    }

    private func write(
        _ addresses: DynamicAddresses,
        of owners: [String],
        account: Account,
        zone identifier: ResourceIdentifier,
        context: ChangeContext
    ) async throws -> [DynamicAnswer] {
        try await change { transaction in
            let locked = try await LockedZone.lock(identifier, account: account.id, in: transaction)
            let existing = try await Self.rows(of: owners, zone: locked.zone, in: transaction)
            let plan = try DynamicPlan(owners, addresses, existing: existing, rules: try rules(of: locked.zone))
            if let changes = plan.changes, !changes.isEmpty {
                let written = try await Self.write(changes, to: locked, in: transaction)
                let entry = written.entry(.dynamicUpdate, zone: locked, account: account, context: context)
                try await ChangeBook.record(entry, in: transaction)
            }
            return plan.answers
        }
    }

    private static func rows(
        of owners: [String],
        zone: Zone,
        in database: some PostgresQuerying
    ) async throws -> [StoredRecord] {
        try await database.query(
            """
            SELECT \(StoredRecord.columns) FROM app.record
            WHERE zone_id = \(zone.id) AND name = ANY(\(owners)::text[]) ORDER BY id
            """
        ).map(StoredRecord.init(row:))
    }
}
