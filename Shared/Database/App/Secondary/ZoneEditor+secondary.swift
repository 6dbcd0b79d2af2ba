// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
import Postgres

extension ZoneEditor {
    /// Makes a domain whose zone is to be transferred in. It has no records, and is not answered, until that has
    /// happened.
    ///
    /// - Throws: `ValidationErrors` for `name`, `VerificationRequired`.
    package func createSecondaryZone(account: Account, name: String, context: ChangeContext) async throws -> Zone {
        let name = try ZoneName(customer: name)
        return try await change { transaction in
            try await Self.requireConsent(for: name, account: account, in: transaction)
            let domain = try await Self.insertDomain(name, account: account, in: transaction)
            let row = try await transaction.first(
                """
                INSERT INTO app.zone (account_id, domain_id, name, reverse, secondary)
                VALUES (\(account.id), \(domain.id), \(name.text), \(name.isReverse), true)
                ON CONFLICT (name) DO NOTHING
                RETURNING \(Zone.columns)
                """
            )
            guard let zone = try row.map(Zone.init(row:)) else { throw Self.taken }
            let entry = ChangeEntry(
                account: account,
                zoneID: zone.id,
                zoneName: zone.name,
                version: zone.version,
                bumpsZone: false,
                action: "secondary_zone.create",
                subject: zone.name,
                summaries: [Self.zoneSummary("zone_create", zone)],
                before: nil,
                after: JSONWriter.text(of: zone),
                // There is nothing to publish yet.
                publication: .withdraw,
                webhooks: try await LockedZone.webhooks(account: account.id, in: transaction),
                events: [.domainCreate(domain), .zoneCreate(zone)],
                context: context
            )
            try await ChangeBook.record(entry, in: transaction)
            return zone
        }
    }
}
