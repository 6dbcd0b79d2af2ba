// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres
import TestSupport

/// Databases for tests that leave nothing behind in them.
enum Suite {
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

/// Opens once and lets everybody through from then on.
actor Gate {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func open() {
        isOpen = true
        for continuation in waiting { continuation.resume() }
        waiting = []
    }

    func wait() async {
        if isOpen { return }
        await withCheckedContinuation { waiting.append($0) }
    }
}
