// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Postgres

/// Which zones have old challenge records removed, each change with its audit row.
package struct ChallengeExpiryStore: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// What holds for a zone.
    package func expiry(zone: Int64) async throws -> ChallengeExpiry {
        try await Self.expiry(zone: zone, in: pool)
    }

    /// Makes it so; what is so already leaves no trace.
    ///
    /// - Throws: `NotFound` (zone), `PermissionDenied`.
    package func set(
        _ expiry: ChallengeExpiry,
        account: Account,
        zone: ResourceIdentifier,
        context: ChangeContext
    ) async throws {
        try await pool.withTransaction { transaction in
            let zone = try await LockedZone.lock(zone, account: account.id, in: transaction).zone
            let before = try await Self.expiry(zone: zone.id, in: transaction)
            guard expiry != before else {
                return
            }
            if let hours = expiry.hours {
                try await transaction.execute(
                    """
                    INSERT INTO app.challenge_expiry (zone_id, hours) VALUES (\(zone.id), \(hours))
                    ON CONFLICT (zone_id) DO UPDATE SET hours = excluded.hours
                    """
                )
            } else {
                try await transaction.execute("DELETE FROM app.challenge_expiry WHERE zone_id = \(zone.id)")
            }
            let change = AccountChange(
                account: account,
                action: "zone.challenge_expiry",
                subject: zone.name,
                before: JSONWriter.text(of: before),
                after: JSONWriter.text(of: expiry),
                context: context
            )
            try await AccountBook.record(change, in: transaction)
        }
    }

    private static func expiry(zone: Int64, in database: some PostgresQuerying) async throws -> ChallengeExpiry {
        let row = try await database.query("SELECT hours FROM app.challenge_expiry WHERE zone_id = \(zone)").first
        return try ChallengeExpiry(hours: try row?.decode("hours"))
    }
}
