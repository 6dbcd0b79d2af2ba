// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import TestSupport
import Testing

@testable import Postgres

/// Statements of a transaction that go out together with a later one.
@Suite struct PostponedStatementTests {
    private static func connect() async throws -> PostgresConnection {
        let connection = try await SharedServer.connect()
        try await connection.execute(script: "CREATE TEMP TABLE thing (a integer PRIMARY KEY)")
        return connection
    }

    private static func rows(_ connection: PostgresConnection) async throws -> [Int] {
        try await connection.query("SELECT a FROM thing ORDER BY a").map { try $0.decode(0) }
    }

    @Test func `they run in their order, before what follows`() async throws {
        let connection = try await Self.connect()
        let seen = try await connection.withTransaction { transaction in
            transaction.postpone("INSERT INTO thing VALUES (\(1))")
            transaction.postpone("UPDATE thing SET a = a + \(10)")
            transaction.postpone("INSERT INTO thing VALUES (\(2))")
            return try await transaction.query("SELECT a FROM thing ORDER BY a").map { try $0.decode(0, as: Int.self) }
        }
        #expect(seen == [2, 11])
        #expect(try await Self.rows(connection) == [2, 11])
    }

    @Test func `the commit carries what is left`() async throws {
        let connection = try await Self.connect()
        for number in 1...3 {
            try await connection.withTransaction { transaction in
                transaction.postpone("INSERT INTO thing VALUES (\(number))")
            }
        }
        #expect(try await Self.rows(connection) == [1, 2, 3])
        #expect(connection.isReusable)
    }

    @Test func `one that fails takes the transaction back and leaves the connection in order`() async throws {
        let connection = try await Self.connect()
        try await connection.execute("INSERT INTO thing VALUES (1)")
        for isFollowed in [false, true] {
            let error = await #expect(throws: PostgresError.self) {
                try await connection.withTransaction { transaction in
                    try await transaction.execute("INSERT INTO thing VALUES (2)")
                    transaction.postpone("INSERT INTO thing VALUES (\(1))")
                    transaction.postpone("INSERT INTO thing VALUES (\(3))")
                    if isFollowed { try await transaction.execute("INSERT INTO thing VALUES (4)") }
                }
            }
            #expect(error?.isUniqueViolation == true)
            #expect(connection.isReusable)
            #expect(try await Self.rows(connection) == [1])
        }
    }

    @Test func `a thrown error forgets them`() async throws {
        struct Refusal: Error {}
        let connection = try await Self.connect()
        await #expect(throws: Refusal.self) {
            try await connection.withTransaction { transaction in
                transaction.postpone("INSERT INTO thing VALUES (\(1))")
                throw Refusal()
            }
        }
        #expect(try await Self.rows(connection).isEmpty)
        #expect(connection.isReusable)
    }

    @Test func `scripts come after them`() async throws {
        let connection = try await Self.connect()
        try await connection.withTransaction { transaction in
            transaction.postpone("INSERT INTO thing VALUES (\(1))")
            try await transaction.execute(script: "UPDATE thing SET a = 5; INSERT INTO thing VALUES (6)")
        }
        #expect(try await Self.rows(connection) == [5, 6])
    }

    @Test(arguments: [0, 4]) func `the cache of statements stays bounded and right`(capacity: Int) async throws {
        var configuration = try await SharedServer.configuration()
        configuration.statementCacheSize = capacity
        let connection = try await PostgresConnection.connect(configuration)
        try await connection.execute(script: "CREATE TEMP TABLE thing (a integer PRIMARY KEY)")
        for number in 0..<20 {
            try await connection.withTransaction { transaction in
                transaction.postpone("INSERT INTO thing VALUES (\(unescaped: "\(number)") + \(100))")
                // The same statement twice in one pipeline is prepared once.
                transaction.postpone("DELETE FROM thing WHERE a = \(number)")
                transaction.postpone("DELETE FROM thing WHERE a = \(number + 1)")
            }
        }
        #expect(try await Self.rows(connection) == Array(100..<120))
        let prepared = try await connection.query("SELECT count(*) FROM pg_prepared_statements")
        #expect(try prepared[0].decode(0, as: Int.self) <= capacity)
    }

    @Test func `statements that failed are not prepared again and again`() async throws {
        let connection = try await Self.connect()
        try await connection.execute("INSERT INTO thing VALUES (1)")
        for _ in 0..<10 {
            await #expect(throws: PostgresError.self) {
                try await connection.withTransaction { $0.postpone("INSERT INTO thing VALUES (\(1))") }
            }
        }
        let prepared = try await connection.query(
            "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'INSERT INTO thing VALUES ($%'"
        )
        #expect(try prepared[0].decode(0, as: Int.self) == 1)
    }

    @Test func `statements that the server forgot are prepared again`() async throws {
        let connection = try await Self.connect()
        func insert(_ number: Int) async throws {
            try await connection.withTransaction { $0.postpone("INSERT INTO thing VALUES (\(number))") }
        }
        try await insert(1)
        try await connection.execute(script: "DEALLOCATE ALL")
        let error = await #expect(throws: PostgresError.self) { try await insert(2) }
        #expect(error?.sqlState == "26000")
        try await insert(3)
        #expect(try await Self.rows(connection) == [1, 3])
    }
}
