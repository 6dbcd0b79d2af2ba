// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Postgres
import TestSupport

/// A few databases that the tests take turns with: making one costs far more than emptying it.
actor DatabaseShelf {
    /// The shelf of this process.
    static let shared = DatabaseShelf()

    /// Databases in use at once, and so the tests that run at once.
    private static let size = 4

    private var free: [TestDatabase] = []
    private var made = 0
    private var waiting: [CheckedContinuation<TestDatabase?, Never>] = []

    /// Lends an empty, migrated database to `body`.
    func withDatabase<Value: Sendable>(_ body: @Sendable (TestDatabase) async throws -> Value) async throws -> Value {
        let database = try await self.take()
        do {
            let value = try await body(database)
            try await self.giveBack(database)
            return value
        } catch {
            try await self.giveBack(database)
            throw error
        }
    }

    private func take() async throws -> TestDatabase {
        if let database = self.free.popLast() {
            return database
        }
        if self.made == Self.size, let database = await withCheckedContinuation({ self.waiting.append($0) }) {
            return database
        }
        self.made += 1
        do {
            return try await TestDatabase.make()
        } catch {
            self.made -= 1
            self.next(nil)
            throw error
        }
    }

    /// Takes a database back, without the rows that the test left.
    private func giveBack(_ database: TestDatabase) async throws {
        do {
            let pool = try database.pool(.superuser, size: 1)
            defer { pool.close() }
            try await pool.execute(
                """
                TRUNCATE analytics.reporter, app.account, app.acme_account, app.audit, app.idempotency_key, app.login_failure,
                    app.person, app.rate_window, app.zone_change, distribution.outbox, jobs.history, jobs.job,
                    jobs.webhook_delivery
                RESTART IDENTITY CASCADE
                """
            )
        } catch {
            self.made -= 1
            self.next(nil)
            throw error
        }
        self.next(database)
    }

    /// Hands a database, or the right to make one, to who has waited longest.
    private func next(_ database: TestDatabase?) {
        if !self.waiting.isEmpty {
            self.waiting.removeFirst().resume(returning: database)
        } else if let database {
            self.free.append(database)
        }
    }
}
