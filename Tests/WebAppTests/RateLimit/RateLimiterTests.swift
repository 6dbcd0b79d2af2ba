// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import WebApp

@Suite struct RateLimiterTests {
    @Test func `a window holds its limit and starts anew after an hour`() {
        let limiter = RateLimiter(limits: .init(account: 2, address: 1))
        #expect(
            limiter.take(.account(1), now: 1_000) == .init(isAllowed: true, limit: 2, remaining: 1, reset: 4_600)
        )
        #expect(limiter.take(.account(1), now: 1_100).isAllowed)
        #expect(
            limiter.take(.account(1), now: 1_200) == .init(isAllowed: false, limit: 2, remaining: 0, reset: 4_600)
        )
        #expect(limiter.take(.account(1), now: 4_600).isAllowed)
    }

    @Test func `accounts and addresses are counted apart`() {
        let limiter = RateLimiter(limits: .init(account: 1, address: 1))
        #expect(limiter.take(.account(1), now: 0).isAllowed)
        #expect(limiter.take(.account(2), now: 0).isAllowed)
        #expect(limiter.take(.address("192.0.2.1"), now: 0).isAllowed)
        #expect(!limiter.take(.address("192.0.2.1"), now: 0).isAllowed)
        #expect(!limiter.take(.account(1), now: 0).isAllowed)
    }
}
