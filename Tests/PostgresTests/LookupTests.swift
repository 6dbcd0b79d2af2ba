// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import Postgres

@Suite struct LookupTests {
    /// Returns once every connection was given back, which happens after the last answer.
    private static func allAreBack(_ pool: PostgresPool) async {
        while pool.usage.lent > 0 { await Task.yield() }
    }

    @Test func everyoneGetsTheirOwnRow() async throws {
        let pool = try await SharedServer.pool(size: 3)
        let numbers = try await withThrowingTaskGroup(of: (Int, Int?).self) { group in
            for number in 0..<2_000 {
                group.addTask {
                    let row = try await pool.lookup("SELECT v FROM generate_series(0, 999) AS v WHERE v = \(number)")
                    return (number, try row?.decode(0))
                }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = .some($1.1) }
        }
        #expect(numbers.count == 2_000)
        for (number, found) in numbers {
            #expect(found == (number < 1_000 ? number : nil))
        }
        #expect(pool.usage.open <= 2)
        await Self.allAreBack(pool)
    }

    @Test func oneThatFailsHarmsNoOther() async throws {
        let pool = try await SharedServer.pool(size: 2)
        let outcomes = await withTaskGroup(of: (Int, Result<Int?, any Error>).self) { group in
            for number in 0..<300 {
                group.addTask {
                    do {
                        let row = try await pool.lookup("SELECT 1000 / \(number % 7)::integer")
                        return (number, .success(try row?.decode(0)))
                    } catch {
                        return (number, .failure(error))
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count == 300)
        for (number, outcome) in outcomes {
            switch outcome {
            case .success(let quotient): #expect(number % 7 != 0 && quotient == 1_000 / (number % 7))
            case .failure(let error): #expect(number % 7 == 0 && (error as? PostgresError)?.sqlState == "22012")
            }
        }
        await Self.allAreBack(pool)
    }

    @Test func statementsThatTheServerForgotArePreparedAgain() async throws {
        let pool = try await SharedServer.pool(size: 1)
        for _ in 0..<3 {
            let row = try await pool.lookup("SELECT \(41)::integer + 1")
            #expect(try row?.decode(0, as: Int.self) == 42)
            _ = try await pool.withConnection { try await $0.execute(script: "DEALLOCATE ALL") }
        }
    }

    @Test func aLostConnectionFailsOneAndTheOthersAreRunAgain() async throws {
        let pool = try await SharedServer.pool(size: 1)
        let before: Int32 = try #require(try await pool.lookup("SELECT pg_backend_pid()")).decode(0)
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<100 {
                group.addTask {
                    // The fiftieth ends the session that it runs in.
                    let query: PostgresQuery =
                        number == 50 ? "SELECT pg_terminate_backend(pg_backend_pid())" : "SELECT \(number)"
                    return (try? await pool.lookup(query)) != nil
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter { !$0 }.count == 1)
        let after: Int32 = try #require(try await pool.lookup("SELECT pg_backend_pid()")).decode(0)
        #expect(before != after)
        #expect(pool.usage.open == 1)
    }

    @Test func whoWaitsForABusyPoolFailsAtTheDeadlineAndNobodyElse() async throws {
        let pool = try await SharedServer.pool(size: 1, acquireTimeout: .milliseconds(50))
        for _ in 0..<3 {
            try await pool.withConnection { _ in
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<5 {
                        group.addTask {
                            await #expect(throws: PoolError.timeout) { try await pool.lookup("SELECT 1") }
                        }
                    }
                }
            }
            let row = try #require(try await pool.lookup("SELECT 2"))
            #expect(try row.decode(0, as: Int.self) == 2)
        }
        await Self.allAreBack(pool)
    }

    @Test func aQueueFailsTheLateAndKeepsTheRest() async throws {
        let queue = LookupQueue(maximumServers: 2)
        let now = ContinuousClock.now
        @Sendable func wait(until deadline: ContinuousClock.Instant) async throws {
            _ =
                try await withCheckedThrowingContinuation { continuation in
                    _ = queue.append(
                        LookupQueue.Entry(query: "SELECT 1", deadline: deadline, continuation: continuation)
                    )
                } as [PostgresRow]
        }
        let late = Task { try await wait(until: now) }
        while queue.count < 1 { await Task.yield() }
        let early = Task { try await wait(until: now + .seconds(3_600)) }
        while queue.count < 2 { await Task.yield() }
        #expect(queue.expire(with: PoolError.timeout, at: now))
        await #expect(throws: PoolError.timeout) { try await late.value }
        #expect(queue.count == 1)
        // Two servers were asked for: the first to end leaves the entry to the second.
        queue.fail(with: PoolError.closed)
        #expect(queue.count == 1)
        queue.fail(with: PoolError.closed)
        await #expect(throws: PoolError.closed) { try await early.value }
    }

    @Test func aClosedPoolRefusesAll() async throws {
        let pool = try await SharedServer.pool(size: 1)
        pool.close()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    await #expect(throws: PoolError.closed) { try await pool.lookup("SELECT 1") }
                }
            }
        }
    }

    @Test func transactionsKeepTheirPlansGeneric() async throws {
        let pool = try await SharedServer.pool(size: 1)
        let inside: String = try await pool.withTransaction(genericPlans: true) { transaction in
            try await transaction.query("SELECT current_setting('plan_cache_mode')")[0].decode(0)
        }
        #expect(inside == "force_generic_plan")
        let outside: String = try await pool.query("SELECT current_setting('plan_cache_mode')")[0].decode(0)
        #expect(outside == "auto")
    }
}
