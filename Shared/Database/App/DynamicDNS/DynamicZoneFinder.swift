// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Postgres

/// Finds the zones that hosts lie in.
package struct DynamicZoneFinder: Sendable {
    /// A zone of one of the accounts.
    package struct Place: Hashable, Sendable {
        package let accountID: Int64
        package let zoneID: Int64
        package let zoneName: String
    }

    private let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// The zone with the longest name that each host lies in, of all zones that `accounts` have; hosts in none are absent.
    package func places(of hosts: [DynamicHost], accounts: [Int64]) async throws -> [DynamicHost: Place] {
        let names = Set(hosts.flatMap(\.zoneNames)).sorted()
        guard !names.isEmpty, !accounts.isEmpty else {
            return [:]
        }
        let rows = try await pool.query(
            """
            SELECT id, account_id, name FROM app.zone
            WHERE name = ANY(\(names)::text[]) AND account_id = ANY(\(accounts)::bigint[])
            """
        )
        var zones: [String: Place] = [:]
        for row in rows {
            let name: String = try row.decode("name")
            zones[name] = Place(
                accountID: try row.decode("account_id"),
                zoneID: try row.decode("id"),
                zoneName: name
            )
        }
        var places: [DynamicHost: Place] = [:]
        for host in hosts {
            places[host] = host.zoneNames.lazy.compactMap { zones[$0] }.first
        }
        return places
    }
}
