// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Which day what was counted belongs to, and when to look at the counts so that they are of one day.
enum CountingDay {
    static let seconds: Int64 = 86_400

    /// The day of what was counted in the last `elapsed` (by a steady clock), when a clock on the wall shows `now`,
    /// seconds since 1970: that of the middle. A jump of the clock moves at most what was counted since the last look.
    static func day(now: Int64, elapsed: Duration) -> UInt32 {
        UInt32(clamping: (now - elapsed.components.seconds / 2) / seconds)
    }

    /// How long to count before the next look: an interval, or up to midnight in UTC when that is nearer.
    static func pause(now: Int64, interval: Duration) -> Duration {
        let sinceMidnight = (now % seconds + seconds) % seconds
        return min(interval, .seconds(seconds - sinceMidnight))
    }
}
