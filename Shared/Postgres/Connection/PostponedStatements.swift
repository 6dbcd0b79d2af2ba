// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What a connection sends in front of its next statement.
struct PostponedStatements: Sendable {
    /// The command that begins the transaction, until it is sent.
    var begin: String?
    var queries: [PostgresQuery] = []

    var isEmpty: Bool { begin == nil && queries.isEmpty }

    /// Empties this; returns what was in it.
    mutating func take() -> PostponedStatements {
        let taken = self
        self = PostponedStatements()
        return taken
    }
}
