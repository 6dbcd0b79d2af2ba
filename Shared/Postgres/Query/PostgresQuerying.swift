// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What statements can be run on: a pool, a connection or a transaction.
package protocol PostgresQuerying: Sendable {
    /// Runs one statement and returns its rows.
    ///
    /// Throws `PostgresError`, `PoolError`, or `CancellationError` after having stopped the statement on the server.
    func query(_ query: PostgresQuery) async throws -> [PostgresRow]

    /// Runs one statement and returns how many rows it changed. Throws as `query` does.
    @discardableResult
    func execute(_ query: PostgresQuery) async throws -> Int
}

extension PostgresQuerying {
    /// The first row, or nil when there is none.
    package func first(_ query: PostgresQuery) async throws -> PostgresRow? {
        try await self.query(query).first
    }
}
