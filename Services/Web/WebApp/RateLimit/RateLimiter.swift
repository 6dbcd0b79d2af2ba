// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

/// Counts requests in fixed windows of an hour, per account and, for requests without a valid token, per address.
///
/// The counts live in this process. Every token of an account draws on the account's window. Memory is bounded: windows
/// that have ended are swept, and beyond ``capacity`` live ones a new subject shares an overflow window of its kind.
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

    private struct Window {
        var used: Int
        var end: Int64
    }

    private struct State {
        var windows: [Subject: Window] = [:]
        var sweepAt: Int64 = 0
    }

    /// Length of a window, in seconds.
    static let windowLength: Int64 = 3_600
    /// Live windows kept at most.
    static let capacity = 200_000

    private let limits: Limits
    private let state = Mutex(State())

    package init(limits: Limits) {
        self.limits = limits
    }

    /// How `subject` stands at `now`, without counting anything.
    func state(of subject: Subject, now: Int64) -> Decision {
        let limit = self.limit(of: subject)
        let window = self.state.withLock { $0.windows[subject] }
        guard let window, window.end > now else {
            return Decision(isAllowed: true, limit: limit, remaining: limit, reset: now + Self.windowLength)
        }
        let remaining = limit - window.used
        return Decision(isAllowed: remaining > 0, limit: limit, remaining: remaining, reset: window.end)
    }

    private func limit(of subject: Subject) -> Int {
        switch subject {
        case .account: self.limits.account
        case .address: self.limits.address
        }
    }

    /// Counts one request of `subject` at `now` (Unix seconds). A refused request is not counted.
    func take(_ subject: Subject, now: Int64) -> Decision {
        let limit = self.limit(of: subject)
        return self.state.withLock { state in
            if now >= state.sweepAt {
                state.windows = state.windows.filter { $0.value.end > now }
                state.sweepAt = now + 60
            }
            var key = subject
            if state.windows[key] == nil, state.windows.count >= Self.capacity {
                key = subject.overflow
            }
            var window = state.windows[key] ?? Window(used: 0, end: now + Self.windowLength)
            if window.end <= now {
                window = Window(used: 0, end: now + Self.windowLength)
            }
            let isAllowed = window.used < limit
            if isAllowed {
                window.used += 1
            }
            state.windows[key] = window
            return Decision(isAllowed: isAllowed, limit: limit, remaining: limit - window.used, reset: window.end)
        }
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
}
