// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database

/// One subject's window as this process sees it.
struct RateWindow: Sendable {
    /// When it ends, in Unix seconds.
    var end: Int64
    /// Requests that this process has let through.
    private(set) var used = 0
    /// Requests that this process may let through, by its leases.
    private(set) var leased = 0
    /// Requests that all processes together had taken out when this one took its last lease.
    private(set) var taken = 0
    /// Whether nothing was left at the last lease.
    private var isExhausted = false

    init(end: Int64) {
        self.end = end
    }

    /// Requests left: those that nobody has taken out, and this process's own.
    func remaining(of limit: Int) -> Int {
        max(0, limit - max(self.taken, self.leased) + self.leased - self.used)
    }

    /// Whether the next request has to wait for a lease.
    var needsLease: Bool {
        self.used >= self.leased && !self.isExhausted
    }

    /// How much to take out next: much at first, so that few requests ask; one by one at the end, so that little lies
    /// unused in one process while another refuses.
    func lease(of limit: Int) -> Int {
        min(max(1, (limit - self.taken) / 16), max(1, limit / 20))
    }

    /// Counts a request, unless nothing is left. Who counts `alone` has the whole limit, leases or not.
    mutating func take(limit: Int, alone: Bool) -> Bool {
        guard self.used < (alone ? limit : self.leased) else { return false }
        self.used += 1
        return true
    }

    /// Adds a lease that was asked for at `now`; one of another window than this begins that one.
    mutating func add(_ lease: RateLease, now: Int64) {
        if lease.end != self.end {
            // What was counted while the ledger was away counts in its window, too.
            let used = self.leased == 0 && self.end > now ? self.used : 0
            self = RateWindow(end: lease.end)
            self.used = used
        }
        self.leased += lease.granted
        self.taken = max(self.taken, lease.taken)
        self.isExhausted = lease.granted == 0
    }
}
