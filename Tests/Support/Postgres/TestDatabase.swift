// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Logging
package import Postgres

/// A database of its own for a test or a suite, with every role of the product.
package struct TestDatabase: Sendable {
    /// Who connects.
    package enum Role: String, Sendable, CaseIterable {
        case superuser = "postgres"
        /// May become the owner: what the `zonewright` command runs as.
        case `operator` = "zonewright_operator"
        case web = "zonewright_web"
        case glue = "zonewright_glue"
        case worker = "zonewright_worker"
    }

    /// The database's name.
    package let name: String
    private let cluster: PostgresCluster

    /// Makes a migrated database.
    package static func make() async throws -> TestDatabase {
        let cluster = try await PostgresCluster.shared()
        return TestDatabase(name: try await cluster.makeDatabase(), cluster: cluster)
    }

    /// Makes a database that no migration has run in.
    package static func makeEmpty() async throws -> TestDatabase {
        let cluster = try await PostgresCluster.shared()
        return TestDatabase(name: try await cluster.makeEmptyDatabase(), cluster: cluster)
    }

    /// The connection URL of `role`, as `ZONEWRIGHT_DATABASE_URL` takes it.
    package func url(_ role: Role) -> String {
        cluster.url(role: role.rawValue, database: name)
    }

    package var operatorURL: String { url(.operator) }
    package var webURL: String { url(.web) }
    package var glueURL: String { url(.glue) }
    package var workerURL: String { url(.worker) }

    package func configuration(_ role: Role) throws -> PostgresConfiguration {
        try PostgresConfiguration(url: url(role), applicationName: "tests")
    }

    /// A pool for `role`; connections are opened when they are needed.
    package func pool(_ role: Role, size: Int = 4, acquireTimeout: Duration = .seconds(30)) throws -> PostgresPool {
        PostgresPool(
            configuration: try configuration(role),
            size: size,
            acquireTimeout: acquireTimeout,
            logger: Logger(label: "tests")
        )
    }

    /// Drops the database, ending all sessions in it. What is not dropped goes with the cluster.
    package func drop() async throws {
        try await cluster.drop(name)
    }
}
