// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// How much a transaction sees of others (`SET TRANSACTION`).
package enum PostgresIsolation: String, Sendable {
    case readCommitted = "READ COMMITTED"
    case repeatableRead = "REPEATABLE READ"
    case serializable = "SERIALIZABLE"
}

/// A transaction under way. Not to be used after the closure that got it has returned.
package struct PostgresTransaction: PostgresQuerying {
    /// The connection that the transaction has for itself.
    package let connection: PostgresConnection

    package func query(_ query: PostgresQuery) async throws -> [PostgresRow] {
        try await connection.query(query)
    }

    @discardableResult
    package func execute(_ query: PostgresQuery) async throws -> Int {
        try await connection.execute(query)
    }

    /// Takes a statement to be sent together with the next one, or with the end of the transaction: it costs no round
    /// trip of its own.
    ///
    /// For statements whose result nobody looks at. Should it fail, the next statement or the commit throws its error
    /// and nothing of the transaction remains.
    package func postpone(_ query: PostgresQuery) {
        connection.postpone(query)
    }

    /// Runs several statements given as trusted text.
    package func execute(script: String) async throws {
        try await connection.execute(script: script)
    }
}

extension PostgresConnection {
    /// Runs `body` in a transaction: commits when it returns, rolls back when it throws or the task is cancelled.
    ///
    /// The connection must not be used by others meanwhile; a pool sees to that. Throws what `body` throws, and
    /// `PostgresError` of the kind `.transactionAborted` when `body` swallowed the error of a statement. `body` runs on
    /// the connection's thread, so that its statements cost no change of threads.
    ///
    /// - Parameter genericPlans: that the server plans no statement for its values: right for statements by key that
    ///   come again and again, whose planning costs as much as they do.
    @discardableResult
    package nonisolated func withTransaction<Value: Sendable>(
        isolation: PostgresIsolation = .readCommitted,
        readOnly: Bool = false,
        genericPlans: Bool = false,
        _ body: (PostgresTransaction) async throws -> Value
    ) async throws -> Value {
        try await withTaskExecutorPreference(tasks) {
            try await transaction(isolation, readOnly: readOnly, genericPlans: genericPlans, body)
        }
    }

    private nonisolated func transaction<Value: Sendable>(
        _ isolation: PostgresIsolation,
        readOnly: Bool,
        genericPlans: Bool,
        _ body: (PostgresTransaction) async throws -> Value
    ) async throws -> Value {
        // Sent with the first statement; a transaction without any never begins.
        begin("BEGIN ISOLATION LEVEL \(isolation.rawValue)\(readOnly ? " READ ONLY" : "")")
        if genericPlans { postpone("SET LOCAL plan_cache_mode = force_generic_plan") }
        let value: Value
        do {
            value = try await body(PostgresTransaction(connection: self))
            try Task.checkCancellation()
        } catch {
            // A connection that cannot even roll back is lost; the pool replaces it, and the first error matters more.
            try? await rollback()
            throw error
        }
        try await commit()
        return value
    }
}
