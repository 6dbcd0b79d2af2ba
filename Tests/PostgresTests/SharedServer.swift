// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres
import TestSupport

/// Databases for tests that leave nothing behind in them.
enum SharedServer {
    private static let database = Task.detached { try await TestDatabase.makeEmpty() }

    static func pool(size: Int = 2, acquireTimeout: Duration = .seconds(30)) async throws -> PostgresPool {
        try await database.value.pool(.superuser, size: size, acquireTimeout: acquireTimeout)
    }

    static func configuration() async throws -> PostgresConfiguration {
        try await database.value.configuration(.superuser)
    }

    static func connect() async throws -> PostgresConnection {
        try await PostgresConnection.connect(try await configuration())
    }
}
