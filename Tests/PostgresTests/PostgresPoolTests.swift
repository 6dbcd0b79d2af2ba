// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Logging
import Postgres
import TestSupport
import Testing

@Suite struct PostgresPoolTests {
    @Test func thoseWhoWaitAreServedInTheirOrder() async throws {
        let pool = try await SharedServer.pool(size: 1)
        let release = Gate()
        let lent = Gate()
        let order = Order()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await pool.withConnection { _ in
                    await lent.open()
                    await release.wait()
                }
            }
            await lent.wait()
            for number in 0..<10 {
                group.addTask { try await pool.withConnection { _ in await order.note(number) } }
                while pool.usage.waiting <= number { await Task.yield() }
            }
            await release.open()
            try await group.waitForAll()
        }
        #expect(await order.numbers == Array(0..<10))
        #expect(pool.usage.open == 1 && pool.usage.lent == 0)
    }

    @Test func aWaitEndsAtTheDeadline() async throws {
        let pool = try await SharedServer.pool(size: 1, acquireTimeout: .milliseconds(20))
        try await pool.withConnection { _ in
            await #expect(throws: PoolError.timeout) { try await pool.query("SELECT 1") }
        }
        #expect(try await pool.query("SELECT 1").count == 1)
    }

    @Test func aCancelledWaiterGoesAndTakesNothing() async throws {
        let pool = try await SharedServer.pool(size: 1)
        let (entered, leave) = (Gate(), Gate())
        let holder = Task {
            try await pool.withConnection { _ in
                await entered.open()
                await leave.wait()
            }
        }
        await entered.wait()
        let waiter = Task { try await pool.query("SELECT 1") }
        while pool.usage.waiting == 0 { await Task.yield() }
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        #expect(pool.usage.waiting == 0)
        await leave.open()
        try await holder.value
        #expect(try await pool.query("SELECT 1").count == 1)
    }

    @Test func connectionsThatTheServerEndedAreReplaced() async throws {
        let pool = try await SharedServer.pool(size: 2)
        let first: Int32 = try await pool.query("SELECT pg_backend_pid()")[0].decode(0)
        let other = try await SharedServer.connect()
        _ = try await other.query("SELECT pg_terminate_backend(\(first), 5000)")
        let second: Int32 = try await pool.query("SELECT pg_backend_pid()")[0].decode(0)
        #expect(first != second)
        // One that is lost in use fails, and the next is a new one.
        await #expect(throws: PostgresError.self) {
            try await pool.withConnection { connection in
                _ = try await other.query("SELECT pg_terminate_backend(\(second), 5000)")
                return try await connection.query("SELECT 1")
            }
        }
        #expect(try await pool.query("SELECT 1").count == 1)
        #expect(pool.usage.open == 1)
    }

    @Test func aConnectionLeftInATransactionIsNotLentAgain() async throws {
        let pool = try await SharedServer.pool(size: 1)
        let first: Int32 = try await pool.withConnection { connection in
            try await connection.execute("BEGIN")
            return try await connection.query("SELECT pg_backend_pid()")[0].decode(0)
        }
        let second: Int32 = try await pool.query("SELECT pg_backend_pid()")[0].decode(0)
        #expect(first != second)
    }

    @Test func anUnreachableDatabaseIsReportedAtTheDeadline() async throws {
        let port = try FreePort.next()
        let configuration = try PostgresConfiguration(
            url: "postgresql://nobody@127.0.0.1:\(port)/nothing",
            applicationName: "tests"
        )
        let pool = PostgresPool(
            configuration: configuration,
            size: 1,
            acquireTimeout: .milliseconds(100),
            logger: Logger(label: "tests")
        )
        let error = await #expect(throws: PoolError.self) { try await pool.query("SELECT 1") }
        guard case .unavailable(let reason) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(reason.contains("\(port)"))
        #expect(pool.usage.open == 0)
    }

    @Test func aClosedPoolRefuses() async throws {
        let pool = try await SharedServer.pool(size: 1)
        #expect(try await pool.query("SELECT 1").count == 1)
        pool.close()
        await #expect(throws: PoolError.closed) { try await pool.query("SELECT 1") }
        #expect(pool.usage.open == 0)
    }

    @Test func manyUsersShareFewConnections() async throws {
        let pool = try await SharedServer.pool(size: 3)
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<200 { group.addTask { try await pool.query("SELECT \(number)")[0].decode(0) } }
            return try await group.reduce(0, +)
        }
        #expect(sum == (0..<200).reduce(0, +))
        #expect(pool.usage.open <= 3)
    }
}

private actor Order {
    private(set) var numbers: [Int] = []

    func note(_ number: Int) {
        numbers.append(number)
    }
}
