// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Synchronization

/// Counts requests in fixed windows of an hour, per account and, for requests without a valid token, per address.
///
/// Every token of an account draws on the account's window. With a ledger, all processes of the installation draw on
/// the same one: each takes leases of some requests at a time and counts those itself, so that most requests ask
/// nobody. Leases shrink as the window fills; what a process has leased and not used is at most a sixteenth of what was
/// left then. While the ledger cannot be asked, a process counts alone. Addresses are counted by each process.
///
/// Memory is bounded: windows that have ended are swept, and beyond ``capacity`` live ones a new subject shares an
/// overflow window of its kind.
package final class RateLimiter: Sendable {
    /// Requests that a window holds, by kind of subject.
    package struct Limits: Sendable {
        /// Requests an hour of one account.
        package var account: Int
        /// Requests an hour of one address without a valid token.
        package var address: Int

        /// Creates limits; each is at least 1.
        package init(account: Int = 12_000, address: Int = 30) {
            self.account = max(1, account)
            self.address = max(1, address)
        }
    }

    /// Whom a request is counted for.
    enum Subject: Hashable, Sendable {
        case account(Int64)
        case address(String)
    }

    /// What came of one request: the figures of the X-RateLimit header fields.
    struct Decision: Equatable, Sendable {
        let isAllowed: Bool
        let limit: Int
        let remaining: Int
        /// When the window ends, in Unix seconds.
        let reset: Int64
    }

    fileprivate struct State {
        var windows: [Subject: RateWindow] = [:]
        var sweepAt: Int64 = 0
        /// Until then the ledger is not asked, since it failed.
        var ledgerRestsUntil: Int64 = .min
    }

    /// What to do about a request, as far as this process knows.
    private enum Step {
        case decided(Decision)
        case lease(wanted: Int)
    }

    /// Length of a window, in seconds.
    static let windowLength: Int64 = 3_600
    /// Live windows kept at most.
    static let capacity = 200_000
    /// How long a ledger that failed is left alone, in seconds.
    static let ledgerRest: Int64 = 5

    private let limits: Limits
    private let ledger: (any RateLedger)?
    private let state = Mutex(State())

    package init(limits: Limits, ledger: (any RateLedger)? = nil) {
        self.limits = limits
        self.ledger = ledger
    }

    /// How `subject` stands at `now`, without counting anything.
    func state(of subject: Subject, now: Int64) -> Decision {
        let limit = self.limit(of: subject)
        let window = self.state.withLock { $0.windows[subject] }
        guard let window, window.end > now else {
            return Decision(isAllowed: true, limit: limit, remaining: limit, reset: now + Self.windowLength)
        }
        let remaining = window.remaining(of: limit)
        return Decision(isAllowed: remaining > 0, limit: limit, remaining: remaining, reset: window.end)
    }

    private func limit(of subject: Subject) -> Int {
        switch subject {
        case .account: self.limits.account
        case .address: self.limits.address
        }
    }

    /// Counts one request of `subject` at `now` (Unix seconds). A refused request is not counted.
    func take(_ subject: Subject, now: Int64) async -> Decision {
        while true {
            switch self.step(subject, now: now) {
            case .decided(let decision):
                return decision
            case .lease(let wanted):
                await self.lease(subject, wanted: wanted, now: now)
            }
        }
    }

    private func step(_ subject: Subject, now: Int64) -> Step {
        let limit = self.limit(of: subject)
        return self.state.withLock { state in
            state.sweep(now: now)
            let key = state.key(of: subject)
            var window = state.windows[key] ?? RateWindow(end: now + Self.windowLength)
            if window.end <= now {
                window = RateWindow(end: now + Self.windowLength)
            }
            let sharesWindow = self.ledger != nil && key.isShared && now >= state.ledgerRestsUntil
            if sharesWindow, window.needsLease {
                return .lease(wanted: window.lease(of: limit))
            }
            let isAllowed = window.take(limit: limit, alone: !sharesWindow)
            state.windows[key] = window
            return .decided(
                Decision(
                    isAllowed: isAllowed,
                    limit: limit,
                    remaining: window.remaining(of: limit),
                    reset: window.end
                )
            )
        }
    }

    /// Takes a lease. Requests of one account that come meanwhile take their own: a lease more does no harm.
    private func lease(_ subject: Subject, wanted: Int, now: Int64) async {
        guard case .account(let id) = subject, let ledger = self.ledger else { return }
        let limit = self.limit(of: subject)
        do {
            let lease = try await ledger.lease(
                of: "account:\(id)",
                wanted: wanted,
                limit: limit,
                length: Self.windowLength,
                now: now
            )
            self.state.withLock { state in
                let key = state.key(of: subject)
                var window = state.windows[key] ?? RateWindow(end: lease.end)
                window.add(lease, now: now)
                state.windows[key] = window
            }
        } catch {
            self.state.withLock { $0.ledgerRestsUntil = now + Self.ledgerRest }
        }
    }
}

extension RateLimiter.State {
    /// Forgets windows that have ended, now and then.
    fileprivate mutating func sweep(now: Int64) {
        guard now >= self.sweepAt else { return }
        self.windows = self.windows.filter { $0.value.end > now }
        self.sweepAt = now + 60
    }

    /// The subject itself or, once too many are live, the window that all new ones of its kind share.
    fileprivate func key(of subject: RateLimiter.Subject) -> RateLimiter.Subject {
        self.windows[subject] == nil && self.windows.count >= RateLimiter.capacity ? subject.overflow : subject
    }
}

extension RateLimiter.Subject {
    /// The window that subjects of this kind share once too many are live. No account has the id 0.
    var overflow: Self {
        switch self {
        case .account: .account(0)
        case .address: .address("")
        }
    }

    /// Whether all processes count it together.
    fileprivate var isShared: Bool {
        switch self {
        case .account(let id): id != 0
        case .address: false
        }
    }
}
