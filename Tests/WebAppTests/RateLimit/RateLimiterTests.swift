// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Synchronization
import Testing

@testable import WebApp

@Suite struct RateLimiterTests {
    @Test func `a window holds its limit and starts anew after an hour`() async {
        let limiter = RateLimiter(limits: .init(account: 2, address: 1))
        #expect(
            await limiter.take(.account(1), now: 1_000) == .init(isAllowed: true, limit: 2, remaining: 1, reset: 4_600)
        )
        #expect(await limiter.take(.account(1), now: 1_100).isAllowed)
        #expect(
            await limiter.take(.account(1), now: 1_200) == .init(isAllowed: false, limit: 2, remaining: 0, reset: 4_600)
        )
        #expect(await limiter.take(.account(1), now: 4_600).isAllowed)
    }

    @Test func `accounts and addresses are counted apart`() async {
        let limiter = RateLimiter(limits: .init(account: 1, address: 1))
        #expect(await limiter.take(.account(1), now: 0).isAllowed)
        #expect(await limiter.take(.account(2), now: 0).isAllowed)
        #expect(await limiter.take(.address("192.0.2.1"), now: 0).isAllowed)
        #expect(await !limiter.take(.address("192.0.2.1"), now: 0).isAllowed)
        #expect(await !limiter.take(.account(1), now: 0).isAllowed)
    }

    @Test func `processes that share a ledger never let more through than the limit`() async {
        let ledger = MemoryLedger()
        let processes = (0..<4).map { _ in RateLimiter(limits: .init(account: 1_000), ledger: ledger) }
        var allowed = 0
        var asked = 0
        for round in 0..<2_000 {
            let decision = await processes[round % 4].take(.account(1), now: 100)
            allowed += decision.isAllowed ? 1 : 0
            asked += 1
            #expect(decision.remaining >= 0 && decision.remaining <= 1_000 - allowed / 4)
        }
        #expect(allowed == 1_000)
        #expect(ledger.leases < 250)
        // The next hour begins with a new window for all.
        for process in processes {
            #expect(await process.take(.account(1), now: 100 + RateLimiter.windowLength).isAllowed)
        }
    }

    @Test func `one busy process leaves little unused in the idle ones`() async {
        let ledger = MemoryLedger()
        let idle = RateLimiter(limits: .init(account: 1_600), ledger: ledger)
        let busy = RateLimiter(limits: .init(account: 1_600), ledger: ledger)
        #expect(await idle.take(.account(1), now: 0).remaining == 1_599)
        var allowed = 0
        while await busy.take(.account(1), now: 0).isAllowed { allowed += 1 }
        #expect(allowed == 1_600 - 80)
        let last = await busy.take(.account(1), now: 10)
        #expect(last == .init(isAllowed: false, limit: 1_600, remaining: 0, reset: 3_600))
        #expect(await idle.take(.account(1), now: 0).isAllowed)
    }

    @Test func `without its ledger a process counts alone, and asks again a little later`() async {
        let ledger = MemoryLedger()
        ledger.fails = true
        let limiter = RateLimiter(limits: .init(account: 3), ledger: ledger)
        for remaining in [2, 1, 0] {
            #expect(await limiter.take(.account(1), now: 50).remaining == remaining)
        }
        #expect(await !limiter.take(.account(1), now: 54).isAllowed)
        #expect(ledger.leases == 1)
        ledger.fails = false
        // What was counted alone counts in the shared window.
        #expect(await !limiter.take(.account(1), now: 56).isAllowed)
        #expect(ledger.leases > 1)
    }
}

/// A ledger as the database keeps it.
private final class MemoryLedger: RateLedger {
    private struct Failure: Error {}

    private struct State {
        var windows: [String: (used: Int, end: Int64)] = [:]
        var leases = 0
        var fails = false
    }

    private let state = Mutex(State())

    /// Leases asked for.
    var leases: Int { self.state.withLock { $0.leases } }

    var fails: Bool {
        get { self.state.withLock { $0.fails } }
        set { self.state.withLock { $0.fails = newValue } }
    }

    func lease(of subject: String, wanted: Int, limit: Int, length: Int64, now: Int64) async throws -> RateLease {
        try self.state.withLock { state in
            state.leases += 1
            guard !state.fails else { throw Failure() }
            var window = state.windows[subject] ?? (0, now + length)
            if window.end <= now {
                window = (0, now + length)
            }
            let granted = min(max(limit - window.used, 0), wanted)
            window.used += wanted
            state.windows[subject] = window
            return RateLease(granted: granted, taken: min(window.used, limit), end: window.end)
        }
    }
}
