// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Glibc

/// Time and chance for one responder's rate limits; both cheap, neither exact nor secret.
struct RateClock {
    private var microseconds: UInt64 = 0
    private var chance: UInt64 = .random(in: 1 ... .max)

    /// Makes the next query read the clock again.
    mutating func beginBatch() {
        microseconds = 0
    }

    /// Microseconds of the monotonic clock, the same for a whole batch; only a batch that needs it reads the clock, which
    /// moves on every few milliseconds.
    mutating func now() -> UInt64 {
        if microseconds == 0 {
            var time = timespec()
            unsafe clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
            // Never 0, which would be read again.
            microseconds = UInt64(time.tv_sec) &* 1_000_000 &+ UInt64(time.tv_nsec) / 1000 &+ 1
        }
        return microseconds
    }

    /// The next of a sequence of numbers without a pattern that a client could follow (xorshift64).
    mutating func random() -> UInt64 {
        chance ^= chance &<< 13
        chance ^= chance &>> 7
        chance ^= chance &<< 17
        // The low bits of this generator are its weakest.
        return chance &>> 16
    }
}
