// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Postgres

/// Finds a domain for what belongs to it, within the transaction that changes it.
enum DomainScope {
    /// A domain of the account.
    ///
    /// - Throws: `NotFound` (domain).
    static func domain(
        _ identifier: ResourceIdentifier,
        account: Int64,
        in database: some PostgresQuerying
    ) async throws -> HostedDomain {
        let rows = try await database.query(
            """
            SELECT \(HostedDomain.columns) FROM app.domain
            WHERE account_id = \(account) AND \(identifier.condition)
            """
        )
        guard let row = rows.first else {
            throw NotFound(.domain, identifier.description)
        }
        return try HostedDomain(row: row)
    }

    /// A domain of the account whose row the transaction holds: changes of what belongs to it happen one after the
    /// other, and nobody moves it away meanwhile.
    ///
    /// - Throws: `NotFound` (domain).
    static func lock(
        _ identifier: ResourceIdentifier,
        account: Int64,
        in transaction: PostgresTransaction
    ) async throws -> HostedDomain {
        let row = try await transaction.first(
            """
            SELECT \(HostedDomain.columns) FROM app.domain
            WHERE account_id = \(account) AND \(identifier.condition)
            FOR NO KEY UPDATE
            """
        )
        guard let row else {
            throw NotFound(.domain, identifier.description)
        }
        return try HostedDomain(row: row)
    }

    /// A domain of the account and its zone, both locked: the zone first, as all changes of zones do.
    ///
    /// - Throws: `NotFound` (domain).
    static func lockZone(
        _ identifier: ResourceIdentifier,
        account: Int64,
        in transaction: PostgresTransaction
    ) async throws -> (domain: HostedDomain, zone: LockedZone) {
        let found = try await domain(identifier, account: account, in: transaction)
        do {
            let zone = try await LockedZone.lock(.name(found.name), account: account, in: transaction)
            return (try await lock(.id(found.id), account: account, in: transaction), zone)
        } catch is NotFound {
            // It went, or moved to another account, while the lock was waited for.
            throw NotFound(.domain, identifier.description)
        }
    }
}
