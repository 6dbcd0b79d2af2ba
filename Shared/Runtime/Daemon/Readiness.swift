// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

/// Which parts of the daemon can serve. The daemon is ready when every registered part is, and it is not draining.
package final class Readiness: Sendable {
    /// The state of one part.
    package enum Status: Sendable, Equatable {
        case ready
        case notReady(String)
    }

    private struct State {
        var components: [String: Status] = [:]
        var draining = false
        var observers: [Int: AsyncStream<Bool>.Continuation] = [:]
        var nextObserver = 0

        var isReady: Bool { !draining && components.values.allSatisfy { $0 == .ready } }
    }

    private let state = Mutex(State())

    /// A registry without parts, which counts as ready.
    package init() {}

    /// Adds a part that is not ready yet.
    package func register(_ component: String, reason: String = "starting") {
        set(component, .notReady(reason))
    }

    /// Reports a part as ready or not. May be called from any thread, as often as it likes.
    package func set(_ component: String, _ status: Status) {
        change { $0.components[component] = status }
    }

    /// Reports that the daemon stops: not ready from now on, whatever the parts say.
    package func drain() {
        change { $0.draining = true }
    }

    /// Whether the daemon can serve.
    package var isReady: Bool { state.withLock { $0.isReady } }

    /// One line a part, sorted by name, for `/readyz`.
    package var report: [String] {
        state.withLock { state in
            let parts = state.components.sorted { $0.key < $1.key }.map { name, status in
                switch status {
                case .ready: "\(name): ready"
                case .notReady(let reason): "\(name): not ready: \(reason)"
                }
            }
            return state.draining ? ["daemon: not ready: draining"] + parts : parts
        }
    }

    /// The current state and every change of it. Ends when the reader's task ends.
    package func changes() -> AsyncStream<Bool> {
        let (stream, continuation) = AsyncStream.makeStream(of: Bool.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.nextObserver += 1
            state.observers[state.nextObserver] = continuation
            continuation.yield(state.isReady)
            return state.nextObserver
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.observers.removeValue(forKey: id) }
        }
        return stream
    }

    private func change(_ body: (inout State) -> Void) {
        state.withLock { state in
            let before = state.isReady
            body(&state)
            guard state.isReady != before else { return }
            for observer in state.observers.values { observer.yield(state.isReady) }
        }
    }
}
