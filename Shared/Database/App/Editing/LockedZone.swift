// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Postgres

/// A zone whose row the transaction holds: nobody else changes it until the end.
struct LockedZone: Sendable {
    let zone: Zone
    let domainID: Int64?
    /// The account's webhooks that are not suppressed.
    let webhooks: [Int64]
    /// The transaction's time: what `now()` gives in all its statements.
    let now: Timestamp
    /// The id for a record that is made alone; to be used once.
    var spareRecordID: Int64?

    /// Waits for a zone of an account and locks it.
    ///
    /// What depends on the lock must be read by later statements: this one may see the past.
    ///
    /// - Throws: `NotFound`.
    static func lock(
        _ identifier: ResourceIdentifier,
        account: Int64,
        in transaction: PostgresTransaction
    ) async throws -> LockedZone {
        let row = try await transaction.first(
            """
            SELECT \(Zone.columns), domain_id, now() AS now,
                   nextval('app.record_id_seq') AS spare_record_id,
                   ARRAY(SELECT w.id FROM app.webhook w
                         WHERE w.account_id = zone.account_id AND w.suppressed_at IS NULL ORDER BY w.id) AS webhooks
            FROM app.zone
            WHERE account_id = \(account) AND \(identifier.condition)
            FOR UPDATE
            """
        )
        guard let row else {
            throw NotFound(.zone, identifier.description)
        }
        return LockedZone(
            zone: try Zone(row: row),
            domainID: try row.decode("domain_id"),
            webhooks: try row.decode("webhooks"),
            now: try row.timestamp("now"),
            spareRecordID: try row.decode("spare_record_id")
        )
    }

    /// The account's webhooks that are not suppressed.
    static func webhooks(account: Int64, in transaction: PostgresTransaction) async throws -> [Int64] {
        try await transaction.query(
            "SELECT id FROM app.webhook WHERE account_id = \(account) AND suppressed_at IS NULL ORDER BY id"
        ).map { try $0.decode(0) }
    }
}
