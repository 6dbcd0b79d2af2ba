// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
import Postgres

extension ZoneEditor {
    /// Makes a deleted domain and its zone again, with the records that it had.
    ///
    /// The zone is a new one, with a new id and history.
    ///
    /// - Throws: `NotFound` (deleted zone), `ValidationErrors` when the name is somebody's again or the history has gone.
    package func restoreZone(account: Account, id: Int64, context: ChangeContext) async throws -> Zone {
        try await change { transaction in
            let row = try await transaction.first(
                """
                SELECT name, version FROM app.deleted_zone
                WHERE zone_id = \(id) AND account_id = \(account.id) AND restored_at IS NULL
                  AND \(DeletedZoneRepository.isRestorable)
                FOR UPDATE
                """
            )
            guard let row, let name = ZoneName(stored: try row.decode("name")) else {
                throw NotFound(.deletedZone, String(id))
            }
            let records = try await HistoryQueries.recordsAtDeletion(
                zone: id,
                version: try row.decode("version"),
                in: transaction
            )
            guard !records.isEmpty else {
                throw ValidationErrors("base", "The records of the zone are not kept any more")
            }
            try await Self.requireConsent(for: name, account: account, in: transaction)
            let domain = try await Self.insertDomain(name, account: account, in: transaction)
            let made = try await makeZone(name, account: account, domain: domain, in: transaction)
            let ids = try await Self.put(records, into: made, in: transaction)
            try await AnnotationHistory.restore(of: id, to: domain.id, made.zone.id, records: ids, in: transaction)
            try await transaction.execute("UPDATE app.deleted_zone SET restored_at = now() WHERE zone_id = \(id)")
            let entry = ChangeEntry(
                account: account,
                zoneID: made.zone.id,
                zoneName: made.zone.name,
                version: made.zone.version,
                bumpsZone: false,
                action: RecordAction.restore.rawValue,
                subject: made.zone.name,
                summaries: [Self.zoneSummary("zone_create", made.zone)],
                before: nil,
                after: JSONWriter.text(of: made.zone),
                publication: .publish(names: nil),
                webhooks: made.webhooks,
                events: [.domainCreate(domain), .zoneCreate(made.zone)],
                context: context
            )
            try await ChangeBook.record(entry, in: transaction)
            return made.zone
        }
    }

    /// Puts a deleted zone's records into the new one. Of the platform's the name servers are the old ones, while the SOA
    /// is new: its serial must not go back.
    ///
    /// - Returns: The old ids with the new ones.
    private static func put(
        _ records: [HistoricRecord],
        into made: LockedZone,
        in transaction: PostgresTransaction
    ) async throws -> [(old: Int64, new: Int64)] {
        let servers = records.filter { $0.type != "SOA" && $0.isSystem }
        var ids: [(old: Int64, new: Int64)] = []
        if !servers.isEmpty {
            let given = try await nameServers(of: made.zone, in: transaction)
            try await RecordWriter.delete(given.map(\.id), zoneID: made.zone.id, in: transaction)
            let drafts = try servers.map { try RecordDraft(platform: $0, of: made.zone) }
            let stored = try await RecordWriter.insert(drafts, into: made, system: true, in: transaction)
            ids += zip(servers, stored).map { ($0.id, $1.id) }
        }
        let others = records.filter { !$0.isSystem }
        let drafts = try others.map { try RecordDraft(platform: $0, of: made.zone) }
        let stored = try await RecordWriter.insert(drafts, into: made, in: transaction)
        return ids + zip(others, stored).map { ($0.id, $1.id) }
    }
}
