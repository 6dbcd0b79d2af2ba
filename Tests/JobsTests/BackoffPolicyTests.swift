// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Jobs
import Testing

@Suite struct BackoffPolicyTests {
    /// Gives the smallest jitter. (Not 0: sampling without bias would reject that for ever.)
    private struct Least: RandomNumberGenerator {
        mutating func next() -> UInt64 { 1 }
    }

    @Test(arguments: [(1, 1), (2, 16), (3, 81), (10, 10_000), (17, 83_521), (18, 86_400), (Int.max, 86_400)])
    func `The standard policy waits the fourth power of the attempt, at most a day`(attempt: Int, seconds: Int) {
        var least = Least()
        #expect(BackoffPolicy.standard.delay(afterAttempt: attempt, using: &least) == .seconds(seconds))
    }

    @Test func `Jitter adds at most a fifth`() {
        var random = SystemRandomNumberGenerator()
        let waits = (0..<1_000).map { _ in BackoffPolicy.standard.delay(afterAttempt: 10, using: &random) }
        #expect(waits.allSatisfy { $0 >= .seconds(10_000) && $0 <= .seconds(12_000) })
        #expect(Set(waits).count > 500)
    }

    @Test func `The waits between a webhook's ten attempts are two hours at most`() {
        var least = Least()
        let total = (1..<WebhookDelivery.maximumAttempts).reduce(Duration.zero) {
            $0 + WebhookDelivery.backoff.delay(afterAttempt: $1, using: &least)
        }
        #expect(total == .seconds(7_200))
    }

    @Test func `The last step repeats, and no steps mean no wait`() {
        var least = Least()
        let policy = BackoffPolicy.steps([.seconds(1), .seconds(5)])
        #expect((1...4).map { policy.delay(afterAttempt: $0, using: &least) } == [1, 5, 5, 5].map { .seconds($0) })
        #expect(BackoffPolicy.steps([]).delay(afterAttempt: 1, using: &least) == .zero)
    }
}
