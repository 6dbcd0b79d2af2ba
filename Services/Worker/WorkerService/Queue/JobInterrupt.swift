// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

/// Stops one running job from outside, at most once, and remembers why.
final class JobInterrupt: Sendable {
    enum Reason: Sendable, Equatable {
        /// The attempt took longer than its kind allows.
        case timeLimit(Duration)
        /// Another worker may hold the job by now.
        case leaseLost
        /// The job's deadline came while it ran.
        case deadline
        /// Someone asked for the job to be stopped.
        case cancelled
        /// The worker stops and cannot wait longer.
        case draining
    }

    private struct State {
        var reason: Reason?
        var cancel: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Why the job was stopped; `nil` if it was not.
    var reason: Reason? { state.withLock { $0.reason } }

    /// Says how the job is stopped; stops it at once if that was asked for already.
    func attach(_ cancel: @escaping @Sendable () -> Void) {
        let isInterrupted = state.withLock { state in
            state.cancel = cancel
            return state.reason != nil
        }
        if isInterrupted { cancel() }
    }

    /// Stops the job. Only the first reason counts.
    func interrupt(_ reason: Reason) {
        let cancel = state.withLock { state -> (@Sendable () -> Void)? in
            guard state.reason == nil else { return nil }
            state.reason = reason
            return state.cancel
        }
        cancel?()
    }
}
