// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Postgres
import Synchronization

/// The bodies of large zones by the region whose consumers send them; each region has the whole budget.
final class RegionalBodies: Sendable {
    private let pool: PostgresPool
    private let configuration: SharedBodies.Configuration
    private let regions = Mutex<[String: SharedBodies]>([:])

    init(pool: PostgresPool, configuration: SharedBodies.Configuration) {
        self.pool = pool
        self.configuration = configuration
    }

    /// The bodies that all consumers of a region share; empty for those of no region.
    func bodies(of region: String) -> SharedBodies {
        regions.withLock { regions in
            if let known = regions[region] { return known }
            let made = SharedBodies(
                snapshots: SnapshotStore(pool: pool, region: region),
                configuration: configuration
            )
            regions[region] = made
            return made
        }
    }
}
