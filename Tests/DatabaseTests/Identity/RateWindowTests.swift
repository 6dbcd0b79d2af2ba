// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Testing

@Suite struct RateWindowTests {
    @Test func `leases never exceed the limit, and a new window starts at its end`() async throws {
        let fixture = try await EditorFixture.make()
        let store = RateWindowStore(pool: fixture.pool)
        func lease(_ wanted: Int, now: Int64, subject: String = "account:1") async throws -> RateLease {
            try await store.lease(of: subject, wanted: wanted, limit: 10, length: 60, now: now)
        }
        #expect(try await lease(6, now: 1_000) == RateLease(granted: 6, taken: 6, end: 1_060))
        #expect(try await lease(6, now: 1_030) == RateLease(granted: 4, taken: 10, end: 1_060))
        #expect(try await lease(6, now: 1_059) == RateLease(granted: 0, taken: 10, end: 1_060))
        #expect(try await lease(1, now: 1_059, subject: "account:2") == RateLease(granted: 1, taken: 1, end: 1_119))
        #expect(try await lease(6, now: 1_060) == RateLease(granted: 6, taken: 6, end: 1_120))
    }

    @Test func `leases that are taken at once add up`() async throws {
        let fixture = try await EditorFixture.make(connections: 8)
        let store = RateWindowStore(pool: fixture.pool)
        let granted = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    try await store.lease(of: "account:1", wanted: 3, limit: 50, length: 60, now: 1_000).granted
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(granted == 50)
    }
}
