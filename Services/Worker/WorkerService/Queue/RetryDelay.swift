// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Growing, jittered waits while something outside is away.
struct RetryDelay {
    private var wait = Duration.milliseconds(100)
    private let cap: Duration

    init(cap: Duration = .seconds(5)) {
        self.cap = cap
    }

    /// The next wait: from 0.1 s doubling to the cap, half of it random.
    mutating func next() -> Duration {
        defer { wait = min(wait * 2, cap) }
        return wait * Double.random(in: 0.5...1)
    }

    /// Starts again with short waits.
    mutating func reset() {
        wait = .milliseconds(100)
    }
}
