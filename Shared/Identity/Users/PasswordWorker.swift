// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Dispatch
import Synchronization

/// Hashes passwords on threads of its own, a few at a time: one hash takes a tenth of a second and 64 MiB.
package final class PasswordWorker: Sendable {
    /// Too many wait already.
    package struct Busy: Error {
        package init() {}
    }

    private struct State {
        var running = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// What new hashes cost.
    package let cost: PasswordHash.Cost
    private let concurrency: Int
    private let queueLimit: Int
    private let queue = DispatchQueue(label: "passwords", attributes: .concurrent)
    private let state = Mutex(State())

    /// A worker that hashes `concurrency` passwords at once, while up to `queueLimit` more wait.
    package init(cost: PasswordHash.Cost = .standard, concurrency: Int = 2, queueLimit: Int = 32) {
        self.cost = cost
        self.concurrency = max(1, concurrency)
        self.queueLimit = max(0, queueLimit)
    }

    /// Runs `body` on a thread of the worker when its turn comes.
    ///
    /// - Throws: `Busy`, at once, when too many wait; what `body` throws.
    package func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await self.enter()
        defer { self.leave() }
        return try await withCheckedThrowingContinuation { continuation in
            self.queue.async {
                continuation.resume(with: Result { try body() })
            }
        }
    }

    /// Work that runs or waits now.
    package var load: Int {
        self.state.withLock { $0.running + $0.waiting.count }
    }

    private func enter() async throws {
        let mayRun = try self.state.withLock { state throws(Busy) in
            if state.running < self.concurrency {
                state.running += 1
                return true
            }
            guard state.waiting.count < self.queueLimit else {
                throw Busy()
            }
            return false
        }
        guard !mayRun else { return }
        await withCheckedContinuation { continuation in
            let runs = self.state.withLock { state in
                // One may have ended since.
                if state.running < self.concurrency {
                    state.running += 1
                    return true
                }
                state.waiting.append(continuation)
                return false
            }
            if runs {
                continuation.resume()
            }
        }
    }

    /// Hands the place to who has waited longest.
    private func leave() {
        let next = self.state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.waiting.isEmpty else {
                state.running -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
