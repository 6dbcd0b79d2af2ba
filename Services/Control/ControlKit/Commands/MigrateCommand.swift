// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Database
import Postgres

/// `zonewright migrate`.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the database's schema to this release."
    )

    @OptionGroup var database: DatabaseOptions

    @Flag(help: "Only say which migrations would run.")
    var dryRun = false

    func run() async throws {
        let configuration = try PostgresConfiguration(url: try database.url(), applicationName: "zonewright")
        let migrator = Migrator(configuration: configuration, logger: DatabaseOptions.logger)
        if dryRun {
            let status = try await migrator.status()
            print("The database is at version \(status.current); this release is \(status.latest).")
            for migration in status.pending { print("would run \(migration.version) \(migration.name)") }
            return
        }
        let ran = try await migrator.migrate()
        if ran.isEmpty { print("The database is at this release already (version \(Migration.latestVersion)).") }
        for migration in ran { print("ran \(migration.version) \(migration.name)") }
    }
}
