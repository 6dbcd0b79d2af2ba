// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc

/// Moments as nanoseconds of the monotonic clock, never 0.
enum LoadClock {
    static var now: UInt64 {
        var time = timespec()
        // SAFETY: one timespec that outlives the call.
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}

extension Duration {
    /// The duration in whole nanoseconds, 0 when it is negative.
    var wholeNanoseconds: UInt64 {
        UInt64(max(0, self / .nanoseconds(1)))
    }
}
