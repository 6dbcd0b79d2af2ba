// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// When a secondary zone is looked at again (RFC 1035 3.3.13), within bounds, and with some chance in it so that the zones of
/// one primary do not all come at once.
struct SecondarySchedule: Sendable {
    /// The shortest time between two looks, whatever the SOA record says, in seconds.
    var shortest = 10.0
    /// The longest one, in seconds.
    var longest = 86_400.0
    /// The longest time between attempts while they fail, in seconds.
    var longestRetry = 3_600.0

    /// The wait after an answer, in seconds.
    ///
    /// - Parameter refresh: Of the SOA record, in seconds.
    func refresh(_ refresh: Int64) -> Double {
        jittered(bounded(Double(refresh), longest))
    }

    /// The wait after the failure that follows `failures` others, in seconds. A zone that never came is tried again soon,
    /// then ever more rarely.
    ///
    /// - Parameter retry: Of the SOA record, in seconds; 0 without one.
    func retry(after failures: Int32, retry: Int64) -> Double {
        let wanted = retry > 0 ? Double(retry) : shortest * Double(1 << min(max(failures, 0), 16))
        return jittered(bounded(wanted, longestRetry))
    }

    private func bounded(_ seconds: Double, _ most: Double) -> Double {
        min(max(seconds, shortest), most)
    }

    private func jittered(_ seconds: Double) -> Double {
        seconds * Double.random(in: 0.9...1.0)
    }
}
