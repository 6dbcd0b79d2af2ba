// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Logging
import Postgres
import TestSupport
import Testing

@Suite struct MigratorTests {
    private static let first = Migration(version: 1, name: "one", sql: "CREATE TABLE public.one (a integer)")
    private static let second = Migration(version: 2, name: "two", sql: "ALTER TABLE public.one ADD b integer")

    private func migrator(
        _ database: TestDatabase,
        _ migrations: [Migration],
        as role: TestDatabase.Role = .operator
    ) throws -> Migrator {
        Migrator(
            configuration: try database.configuration(role),
            migrations: migrations,
            logger: Logger(label: "tests")
        )
    }

    @Test func stepsRunOnceAndInTheirOrder() async throws {
        let database = try await TestDatabase.makeEmpty()
        let status = try await migrator(database, [Self.first, Self.second]).status()
        #expect(status.current == 0 && status.latest == 2 && status.pending == [Self.first, Self.second])
        #expect(try await migrator(database, [Self.first]).migrate() == [Self.first])
        #expect(try await migrator(database, [Self.first, Self.second]).migrate() == [Self.second])
        #expect(try await migrator(database, [Self.first, Self.second]).migrate() == [])
        let pool = try database.pool(.superuser, size: 1)
        #expect(try await SchemaVersion.current(pool) == 2)
        let owner = try await pool.query("SELECT tableowner FROM pg_tables WHERE tablename = 'one'")
        #expect(try owner.first?.decode(0) == "zonewright_owner")
    }

    @Test func ofSeveralAtOnceOneWorks() async throws {
        let database = try await TestDatabase.makeEmpty()
        let applied = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<5 {
                group.addTask { try await migrator(database, [Self.first, Self.second]).migrate().count }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(applied.sorted() == [0, 0, 0, 0, 2])
    }

    @Test func aChangedStepIsRefused() async throws {
        let database = try await TestDatabase.makeEmpty()
        try await migrator(database, [Self.first]).migrate()
        let changed = Migration(version: 1, name: "one", sql: "CREATE TABLE public.one (a bigint)")
        await #expect(throws: MigrationError.changed(version: 1, name: "one")) {
            try await migrator(database, [changed, Self.second]).migrate()
        }
    }

    @Test func aNewerDatabaseIsRefused() async throws {
        let database = try await TestDatabase.makeEmpty()
        try await migrator(database, [Self.first, Self.second]).migrate()
        await #expect(throws: MigrationError.newer(database: 2, release: 1)) {
            try await migrator(database, [Self.first]).migrate()
        }
    }

    @Test func aStepThatFailsLeavesNothing() async throws {
        let database = try await TestDatabase.makeEmpty()
        let broken = Migration(
            version: 2,
            name: "broken",
            sql: "CREATE TABLE public.two (a integer); SELECT nonsense FROM public.one"
        )
        let error = await #expect(throws: MigrationError.self) {
            try await migrator(database, [Self.first, broken]).migrate()
        }
        #expect(error?.description.contains("nonsense") == true)
        let pool = try database.pool(.superuser, size: 1)
        #expect(try await SchemaVersion.current(pool) == 1)
        #expect(try await pool.query("SELECT FROM pg_tables WHERE tablename = 'two'").isEmpty)
    }

    @Test func aServiceMayNotMigrate() async throws {
        let database = try await TestDatabase.makeEmpty()
        let error = await #expect(throws: PostgresError.self) {
            try await migrator(database, [Self.first], as: .web).migrate()
        }
        #expect(error?.sqlState == "42501")
    }

    @Test func anOldDatabaseIsNamedWithTheRemedy() async throws {
        let database = try await TestDatabase.makeEmpty()
        let pool = try database.pool(.glue, size: 1)
        let error = await #expect(throws: SchemaVersionError.self) { try await SchemaVersion.require(pool) }
        #expect(error?.description.contains("run zonewright migrate") == true)
        try await SchemaVersion.require(try await TestDatabase.make().pool(.glue, size: 1))
    }

    @Test func theBootstrapMayRunAgain() async throws {
        let pool = try await TestDatabase.makeEmpty().pool(.superuser, size: 1)
        try await pool.withConnection { try await $0.execute(script: DatabaseBootstrap.sql) }
    }

    @Test func everyServiceHasItsOwnRightsOnly() async throws {
        let database = try await TestDatabase.make()
        let refused: [(TestDatabase.Role, PostgresQuery)] = [
            (.web, "DELETE FROM distribution.outbox"), (.web, "UPDATE distribution.zone SET version = 0"),
            (.web, "SELECT distribution.sequence_log(1)"), (.glue, "UPDATE app.zone SET version = 0"),
            (.glue, "SELECT token_hash FROM app.api_token"), (.glue, "DELETE FROM jobs.job"),
            (.worker, "SELECT rdata FROM app.record"), (.worker, "UPDATE app.record SET content = ''"),
            (.worker, "SELECT token_hash FROM app.api_token"),
            (.worker, "DELETE FROM distribution.log"), (.web, "CREATE TABLE app.mine (a integer)"),
            (.glue, "SET ROLE zonewright_owner"),
        ]
        for (role, query) in refused {
            let error = await #expect(throws: PostgresError.self) {
                try await database.pool(role, size: 1).execute(query)
            }
            #expect(error?.sqlState == "42501", "\(role.rawValue): \(query)")
        }
    }
}
