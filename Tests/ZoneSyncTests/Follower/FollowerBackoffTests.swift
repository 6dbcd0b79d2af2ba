// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import ZoneSync

@Suite struct FollowerBackoffTests {
    @Test func `waits double up to two seconds, and begin anew`() {
        /// The greatest number there is, so that each wait is next to its bound.
        struct Last: RandomNumberGenerator {
            func next() -> UInt64 { .max }
        }
        var generator = Last()
        var backoff = FollowerBackoff()
        let bounds = [0.1, 0.2, 0.4, 0.8, 1.6, 2, 2]
        for bound in bounds {
            let wait = backoff.next(using: &generator) / .seconds(1)
            #expect(wait <= bound && wait > bound * 0.99)
        }
        backoff.reset()
        #expect(backoff.next(using: &generator) <= .milliseconds(100))
    }
}
