// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What holds for all jobs of one kind and key, over all workers.
package struct JobLimits: Sendable, Equatable {
    /// Attempts begun in a time: a bucket that holds `burst` and gets `count` back every `period`.
    package struct Rate: Sendable, Equatable {
        /// Attempts in `period`, over a long time; at least 1.
        package let count: Int
        /// More than zero.
        package let period: Duration
        /// Attempts at once after a rest; at least 1.
        package let burst: Int

        /// - Parameter burst: `count` unless given.
        package init(_ count: Int, every period: Duration, burst: Int? = nil) {
            self.count = count
            self.period = period
            self.burst = burst ?? count
        }

        /// Attempts a second.
        package var perSecond: Double { Double(count) / (period / .seconds(1)) }
    }

    /// A key that nothing asked for so long is forgotten, and begins with a full bucket: a bucket has to fill in less.
    package static let longestRest = Duration.seconds(7 * 86_400)

    /// Jobs that run at the same time.
    package let running: Int?
    /// Attempts begun in a time.
    package let rate: Rate?

    /// Limits; `nil` is none.
    package init(running: Int? = nil, rate: Rate? = nil) {
        self.running = running
        self.rate = rate
    }
}
