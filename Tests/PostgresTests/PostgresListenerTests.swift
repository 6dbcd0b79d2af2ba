// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Logging
import Postgres
import TestSupport
import Testing

@Suite struct PostgresListenerTests {
    @Test func notificationsArriveAndTheConnectionComesBack() async throws {
        let database = try await TestDatabase.makeEmpty()
        let pool = try database.pool(.superuser)
        var configuration = try database.configuration(.superuser)
        configuration.applicationName = "listener"
        let stream = PostgresListener.notifications(
            configuration: configuration,
            channels: ["one", "two \"quoted\""],
            logger: Logger(label: "tests")
        )
        var notifications = stream.makeAsyncIterator()
        // One for each channel says that listening has begun.
        #expect(await notifications.next() == PostgresNotification(channel: "one", payload: ""))
        #expect(await notifications.next() == PostgresNotification(channel: "two \"quoted\"", payload: ""))
        _ = try await pool.query("SELECT pg_notify(\("two \"quoted\""), \("hello"))")
        #expect(await notifications.next() == PostgresNotification(channel: "two \"quoted\"", payload: "hello"))
        _ = try await pool.query(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name = 'listener' AND datname = current_database()
            """
        )
        #expect(await notifications.next() == PostgresNotification(channel: "one", payload: ""))
        #expect(await notifications.next()?.payload == "")
        _ = try await pool.query("SELECT pg_notify(\("one"), \("again"))")
        #expect(await notifications.next() == PostgresNotification(channel: "one", payload: "again"))
    }

    @Test func endingTheIterationClosesTheConnection() async throws {
        let database = try await TestDatabase.makeEmpty()
        let pool = try database.pool(.superuser)
        var configuration = try database.configuration(.superuser)
        configuration.applicationName = "listener"
        let listening = configuration
        let heard = Gate()
        let task = Task {
            let stream = PostgresListener.notifications(
                configuration: listening,
                channels: ["one"],
                logger: Logger(label: "tests")
            )
            for await _ in stream { await heard.open() }
        }
        await heard.wait()
        func sessions() async throws -> Int {
            try await pool.query(
                """
                SELECT FROM pg_stat_activity WHERE application_name = 'listener' AND datname = current_database()
                """
            ).count
        }
        #expect(try await sessions() == 1)
        task.cancel()
        await task.value
        while try await sessions() > 0 { await Task.yield() }
    }
}
