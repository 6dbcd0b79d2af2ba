// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

/// Wakes one waiting task. Notifications while nobody waits collapse into one that the next wait takes at once.
final class Signal: Sendable {
    private enum State {
        case idle
        case notified
        case waiting(CheckedContinuation<Void, any Error>)
    }

    private let state = Mutex(State.idle)

    /// Wakes the waiter, or lets the next wait return at once. From any thread.
    func notify() {
        take(next: .notified)?.resume()
    }

    /// Suspends until the next notification. One task at a time; throws when that task is cancelled.
    func wait() async throws {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isDue = state.withLock { state in
                    if case .notified = state {
                        state = .idle
                        return true
                    }
                    state = .waiting(continuation)
                    return false
                }
                if isDue { continuation.resume() }
                // The cancellation may have come before there was anything to resume.
                if Task.isCancelled { take(next: .idle)?.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            take(next: .idle)?.resume(throwing: CancellationError())
        }
        try Task.checkCancellation()
    }

    /// The waiting continuation, if any; `next` is the state when there is none.
    private func take(next: State) -> CheckedContinuation<Void, any Error>? {
        state.withLock { state in
            guard case .waiting(let continuation) = state else {
                state = next
                return nil
            }
            state = .idle
            return continuation
        }
    }
}
