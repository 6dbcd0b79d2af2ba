// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
import Postgres

extension ZoneEditor {
    /// Zones that one call deletes challenges of: the next ones have their turn at the next.
    private static let challengeZones: Int64 = 100

    /// Deletes challenge records that are older than their zones' owners want them, each zone in a transaction with
    /// history, audit, webhooks and publication like any change. A zone whose records come from elsewhere is left alone.
    ///
    /// - Parameter allowed: Whether accounts may be written for at the moment.
    /// - Returns: How many records went.
    package func expireChallenges(allowed: @Sendable (Account) -> Bool) async throws -> Int {
        let due = try await pool.query(
            """
            SELECT z.id AS zone, a.* FROM (
                SELECT e.zone_id FROM app.challenge_expiry AS e
                WHERE EXISTS (SELECT 1 FROM app.record AS r WHERE r.zone_id = e.zone_id AND \(Self.isExpired))
            ) AS e
            JOIN app.zone AS z ON z.id = e.zone_id AND NOT z.secondary AND z.presigned_at IS NULL
            JOIN LATERAL (SELECT \(Account.columns) FROM app.account WHERE id = z.account_id) AS a ON true
            ORDER BY z.id LIMIT \(Self.challengeZones)
            """
        )
        var count = 0
        for row in due {
            let account = try Account(row: row)
            guard allowed(account) else { continue }
            do {
                count += try await expireChallenges(of: try row.decode("zone"), account: account)
            } catch is NotFound {
                // It was deleted, or moved to another account, since it was found.
            }
        }
        return count
    }

    private func expireChallenges(of zone: Int64, account: Account) async throws -> Int {
        try await change { transaction in
            let locked = try await LockedZone.lock(.id(zone), account: account.id, in: transaction)
            let records = try await transaction.query(
                """
                SELECT \(StoredRecord.columns) FROM app.record WHERE id IN (
                    SELECT r.id FROM app.record AS r JOIN app.challenge_expiry AS e ON e.zone_id = r.zone_id
                    WHERE r.zone_id = \(zone) AND \(Self.isExpired)
                ) ORDER BY id
                """
            ).map(StoredRecord.init(row:))
            guard !records.isEmpty else {
                return 0
            }
            try await RecordWriter.delete(records.map(\.id), zoneID: zone, in: transaction)
            let written = WrittenChanges(creates: [], updates: [], updatesBefore: [], deletes: records)
            let context = ChangeContext(actor: .platform)
            let entry = written.entry(.expireChallenges, zone: locked, account: account, context: context)
            try await ChangeBook.record(entry, in: transaction)
            return records.count
        }
    }

    /// Whether the record `r` is a challenge that is older than the setting `e` of its zone.
    private static let isExpired: PostgresQuery = """
        r.type = 'TXT' AND (r.name = '_acme-challenge' OR starts_with(r.name, '_acme-challenge.'))
            AND NOT r.system_record AND r.updated_at < now() - e.hours * interval '1 hour'
        """
}
