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
    /// `PostgresError` of the kind `.transactionAborted` when `body` swallowed the error of a statement.
    @discardableResult
    package nonisolated func withTransaction<Value: Sendable>(
        isolation: PostgresIsolation = .readCommitted,
        readOnly: Bool = false,
        _ body: (PostgresTransaction) async throws -> Value
    ) async throws -> Value {
        // Sent with the first statement; a transaction without any never begins.
        begin("BEGIN ISOLATION LEVEL \(isolation.rawValue)\(readOnly ? " READ ONLY" : "")")
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
