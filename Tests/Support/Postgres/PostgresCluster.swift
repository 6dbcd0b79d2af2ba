// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Foundation
import Glibc
import Logging
import Postgres

/// A private PostgreSQL server for this test process: made in a temporary folder when first asked for, reachable over
/// a Unix socket only, and gone soon after the process ends, however it ends.
package final class PostgresCluster: Sendable {
    /// The one cluster of the process.
    package static func shared() async throws -> PostgresCluster {
        try await cluster.value
    }

    // Ends by itself as soon as the cluster is up.
    private static let cluster = Task.detached { try await PostgresCluster.start() }

    /// The folder of data, socket and log.
    package let folder: String
    private let databases: DatabaseFactory
    /// The server ends when this pipe closes: at the latest with the process.
    private let lifeline: Pipe

    private init(folder: String, databases: DatabaseFactory, lifeline: Pipe) {
        self.folder = folder
        self.databases = databases
        self.lifeline = lifeline
    }

    /// A connection URL for `role` and `database`.
    package func url(role: String, database: String) -> String {
        Self.url(folder: folder, role: role, database: database)
    }

    /// A new database made from the migrated template.
    func makeDatabase() async throws -> String {
        try await databases.make()
    }

    /// A new database without any schema, owned by the owner role.
    func makeEmptyDatabase() async throws -> String {
        try await databases.makeEmpty()
    }

    /// Drops a database, ending the sessions in it.
    func drop(_ database: String) async throws {
        try await databases.drop(database)
    }

    private static func url(folder: String, role: String, database: String) -> String {
        "postgresql:///\(database)?host=\(folder)&user=\(role)"
    }

    private static func start() async throws -> PostgresCluster {
        let server = try PostgresServerProcess.start()
        let configuration = try PostgresConfiguration(
            url: url(folder: server.folder, role: "postgres", database: "postgres"),
            applicationName: "tests"
        )
        let pool = PostgresPool(
            configuration: configuration,
            size: 1,
            acquireTimeout: .seconds(60),
            logger: Logger(label: "tests")
        )
        try await pool.withConnection { try await $0.execute(script: DatabaseBootstrap.sql) }
        let databases = DatabaseFactory(pool: pool)
        try await databases.makeTemplate { name in
            let configuration = try PostgresConfiguration(
                url: url(folder: server.folder, role: "zonewright_operator", database: name),
                applicationName: "tests"
            )
            try await Migrator(configuration: configuration, logger: Logger(label: "tests")).migrate()
        }
        return PostgresCluster(folder: server.folder, databases: databases, lifeline: server.lifeline)
    }
}

/// Makes databases one at a time: PostgreSQL copies a template only while nobody else uses it.
private actor DatabaseFactory {
    private static let template = "zonewright_template"
    private let pool: PostgresPool
    private var count = 0

    init(pool: PostgresPool) {
        self.pool = pool
    }

    func makeTemplate(migrate: (String) async throws -> Void) async throws {
        try await pool.execute("CREATE DATABASE \(unescaped: Self.template) OWNER zonewright_owner")
        try await migrate(Self.template)
    }

    func make() async throws -> String {
        try await create(template: Self.template)
    }

    func makeEmpty() async throws -> String {
        try await create(template: "template1")
    }

    func drop(_ database: String) async throws {
        try await pool.execute("DROP DATABASE IF EXISTS \(unescaped: database) WITH (FORCE)")
    }

    private func create(template: String) async throws -> String {
        count += 1
        let name = "test_\(count)"
        try await pool.execute(
            "CREATE DATABASE \(unescaped: name) OWNER zonewright_owner TEMPLATE \(unescaped: template)"
        )
        return name
    }
}
