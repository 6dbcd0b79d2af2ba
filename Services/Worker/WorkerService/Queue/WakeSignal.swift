// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

/// Wakes one waiting task, or the next one that waits.
final class WakeSignal: Sendable {
    private struct State {
        var isRaised = false
        var waiter: CheckedContinuation<Void, Never>?
        /// Tells a timer of an earlier wait from the current one.
        var generation: UInt64 = 0
    }

    private let state = Mutex(State())

    /// Wakes. Several calls before anyone waits count as one.
    func raise() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard let waiter = state.waiter else {
                state.isRaised = true
                return nil
            }
            state.waiter = nil
            return waiter
        }
        waiter?.resume()
    }

    /// Waits until raised, cancelled, or for the given time. One task at a time.
    func wait(atMost timeout: Duration? = nil) async {
        let generation = state.withLock { state in
            state.generation += 1
            return state.generation
        }
        // Cancelled as soon as the wait is over.
        let timer = timeout.map { timeout in
            Task {
                try await Task.sleep(for: timeout)
                end(generation)
            }
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isRaised || Task.isCancelled {
                        state.isRaised = false
                        return true
                    }
                    state.waiter = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            end(generation)
        }
        timer?.cancel()
    }

    private func end(_ generation: UInt64) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.generation == generation else { return nil }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume()
    }
}
