// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Foundation
import Identity
import Postgres

/// What a local installation's database needs before the daemons start. Finds what is there and adds what is missing.
struct LocalSetup {
    let folder: StateFolder
    let ports: Ports
    let cluster: PrivateCluster

    /// The connection URL of a role in Zonewright's database.
    func databaseURL(role: String) throws -> String {
        "postgresql://\(role):\(try folder.secret(role))@127.0.0.1:\(ports.postgres)/\(ClusterSetup.database)"
    }

    /// Makes roles, database, schema, the first account, its token and the example zones.
    ///
    /// - Parameter examples: the folder of zone files that a new installation gets.
    /// - Returns: what scripts may rely on.
    func run(examples: String?) async throws -> EnvironmentFile {
        try await waitForServer()
        let admin = try PostgresConfiguration(
            url: cluster.adminURL(database: "postgres"),
            applicationName: "zonewright"
        )
        try await ClusterSetup(configuration: admin).run { try folder.secret($0) }
        let url = try databaseURL(role: "zonewright_operator")
        let configuration = try PostgresConfiguration(url: url, applicationName: "zonewright")
        try await Migrator(configuration: configuration, logger: DatabaseOptions.logger).migrate()

        let pool = PostgresPool(configuration: configuration, size: 2, logger: DatabaseOptions.logger)
        defer { pool.close() }
        let accounts = try await AccountStore(pool: pool).all()
        let account: Account
        if let first = accounts.first {
            account = first
        } else {
            account = try await AccountStore(pool: pool).create(email: "you@zonewright.example", name: "First account")
            if let examples { try await importExamples(examples, account: account, pool: pool) }
        }
        return EnvironmentFile([
            ("ZONEWRIGHT_URL", "http://127.0.0.1:\(ports.web)"),
            ("ZONEWRIGHT_TOKEN", try await token(of: account, pool: pool)),
            ("ZONEWRIGHT_ACCOUNT", "\(account.id)"),
            ("ZONEWRIGHT_DNS_HOST", "127.0.0.1"),
            ("ZONEWRIGHT_DNS_PORT", "\(ports.dns)"),
            ("ZONEWRIGHT_DATABASE_URL", url),
        ])
    }

    /// The token of an earlier run, else a new one: a token's text is known only when it is made.
    private func token(of account: Account, pool: PostgresPool) async throws -> String {
        if let token = EnvironmentFile(path: folder.environmentFile)?["ZONEWRIGHT_TOKEN"] { return token }
        return try await TokenStore(pool: pool).create(account: account.id, name: "zonewright up").secret.text.reveal()
    }

    private func importExamples(_ examples: String, account: Account, pool: PostgresPool) async throws {
        let importer = ZoneImporter(pool: pool, account: account)
        for file in try ZoneFile.files(at: examples, name: nil) {
            _ = try await importer.run(file, mode: .replace, dryRun: false)
        }
    }

    private func waitForServer() async throws {
        let configuration = try PostgresConfiguration(
            url: cluster.adminURL(database: "postgres"),
            applicationName: "zonewright"
        )
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            do {
                let connection = try await PostgresConnection.connect(configuration)
                await connection.close()
                return
            } catch {
                guard ContinuousClock.now < deadline else {
                    throw ControlError("PostgreSQL did not start: \(error); its log is \(folder.logFile("postgres"))")
                }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }
}
