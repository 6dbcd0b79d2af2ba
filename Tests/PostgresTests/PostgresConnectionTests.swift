// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres
import TestSupport
import Testing

@Suite struct PostgresConnectionTests {
    @Test func errorsTellWhatButNotWhichData() async throws {
        let connection = try await SharedServer.connect()
        try await connection.execute(
            script: "CREATE TEMP TABLE secret (word text CONSTRAINT secret_word UNIQUE CHECK (word <> 'bad'))"
        )
        try await connection.execute("INSERT INTO secret VALUES (\("hunter2"))")
        let twice = try await #require(throws: PostgresError.self) {
            try await connection.execute("INSERT INTO secret VALUES (\("hunter2"))")
        }
        #expect(twice.isUniqueViolation)
        #expect(twice.constraint == "secret_word")
        #expect(twice.table == "secret")
        #expect(twice.detail?.contains("hunter2") == true)
        #expect(!"\(twice)".contains("hunter2"))
        let invalid = try await #require(throws: PostgresError.self) {
            try await connection.query("SELECT \("hunter2")::text::integer")
        }
        #expect(invalid.sqlState == "22P02")
        #expect(!"\(invalid)".contains("hunter2"))
        let syntax = try await #require(throws: PostgresError.self) { try await connection.query("SELEC 1") }
        #expect("\(syntax)".contains("syntax error"))
        // The connection goes on.
        #expect(try await connection.query("SELECT 1").count == 1)
    }

    @Test func theStatementCacheIsBounded() async throws {
        var configuration = try await SharedServer.configuration()
        configuration.statementCacheSize = 4
        let connection = try await PostgresConnection.connect(configuration)
        for number in 0..<20 {
            let rows = try await connection.query("SELECT \(unescaped: "\(number)") + \(1)")
            #expect(try rows[0].decode(0) == number + 1)
        }
        let count = try await connection.query("SELECT count(*) FROM pg_prepared_statements")
        #expect(try count[0].decode(0) == 4)
    }

    @Test func statementsThatTheServerForgotArePreparedAgain() async throws {
        let connection = try await SharedServer.connect()
        try await connection.execute(script: "CREATE TEMP TABLE thing (a integer); INSERT INTO thing VALUES (1)")
        func read() async throws -> [PostgresRow] { try await connection.query("SELECT * FROM thing") }
        #expect(try await read().count == 1)
        try await connection.execute(script: "DEALLOCATE ALL")
        #expect(try await read().count == 1)
        try await connection.execute(script: "ALTER TABLE thing ADD b text DEFAULT 'x'")
        #expect(try await read()[0].decode("b") == "x")
    }

    @Test func cancellingTheTaskStopsTheStatement() async throws {
        let connection = try await SharedServer.connect()
        let observer = try await SharedServer.connect()
        let identifier: Int32 = try await connection.query("SELECT pg_backend_pid()")[0].decode(0)
        let task = Task { try await connection.query("SELECT pg_sleep(3600)") }
        func isSleeping() async throws -> Bool {
            try await observer.query(
                "SELECT FROM pg_stat_activity WHERE pid = \(identifier) AND wait_event = 'PgSleep'"
            ).count == 1
        }
        while try await !isSleeping() { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await !isSleeping())
        #expect(try await connection.query("SELECT 1").count == 1)
    }

    @Test func aStatementTimeoutIsTheServersError() async throws {
        var configuration = try await SharedServer.configuration()
        configuration.statementTimeout = .milliseconds(20)
        let connection = try await PostgresConnection.connect(configuration)
        let error = try await #require(throws: PostgresError.self) {
            try await connection.query("SELECT pg_sleep(3600)")
        }
        #expect(error.sqlState == "57014")
    }

    @Test func aTransactionCommitsOrLeavesNothing() async throws {
        struct Refusal: Error {}
        let connection = try await SharedServer.connect()
        try await connection.execute(script: "CREATE TEMP TABLE thing (a integer)")
        try await connection.withTransaction { try await $0.execute("INSERT INTO thing VALUES (1)") }
        await #expect(throws: Refusal.self) {
            try await connection.withTransaction { transaction in
                try await transaction.execute("INSERT INTO thing VALUES (2)")
                throw Refusal()
            }
        }
        let swallowed = try await #require(throws: PostgresError.self) {
            try await connection.withTransaction { transaction in
                try await transaction.execute("INSERT INTO thing VALUES (3)")
                _ = try? await transaction.query("SELECT 1 / 0")
            }
        }
        #expect(swallowed.kind == .transactionAborted)
        #expect(try await connection.query("SELECT a FROM thing").map { try $0.decode(0, as: Int.self) } == [1])
    }

    @Test func aTransactionOfACancelledTaskIsRolledBack() async throws {
        let connection = try await SharedServer.connect()
        try await connection.execute(script: "CREATE TEMP TABLE thing (a integer)")
        let begun = Gate()
        let task = Task {
            try await connection.withTransaction { transaction in
                try await transaction.execute("INSERT INTO thing VALUES (1)")
                await begun.open()
                while !Task.isCancelled { await Task.yield() }
            }
        }
        await begun.wait()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await connection.query("SELECT a FROM thing").isEmpty)
    }

    @Test func serializationFailuresAreRecognised() async throws {
        let database = try await TestDatabase.makeEmpty()
        let pool = try database.pool(.superuser)
        try await pool.execute("CREATE TABLE public.counter (n integer)")
        try await pool.execute("INSERT INTO public.counter VALUES (0)")
        let error = try await #require(throws: PostgresError.self) {
            try await pool.withTransaction(isolation: .repeatableRead) { transaction in
                _ = try await transaction.query("SELECT n FROM public.counter")
                try await pool.execute("UPDATE public.counter SET n = n + 1")
                try await transaction.execute("UPDATE public.counter SET n = n + 1")
            }
        }
        #expect(error.isSerializationFailure)
        try await database.drop()
    }

    @Test(arguments: ["", "localhost", "mysql://x", "postgresql://host/?nonsense=1", "port"])
    func urlsThatMakeNoSenseAreRefused(url: String) {
        let error = #expect(throws: PostgresError.self) {
            try PostgresConfiguration(url: url, applicationName: "tests")
        }
        #expect(error?.kind == .configuration)
    }

    @Test func aServerThatIsNotThereIsAConnectionFailure() async throws {
        let port = try FreePort.next()
        let configuration = try PostgresConfiguration(
            url: "postgresql://nobody:hunter2@127.0.0.1:\(port)/nothing",
            applicationName: "tests"
        )
        let error = await #expect(throws: PostgresError.self) { try await PostgresConnection.connect(configuration) }
        #expect(error?.isConnectionFailure == true)
        #expect(error?.description.contains("\(port)") == true)
        #expect(error?.description.contains("hunter2") == false)
    }
}
