// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Runtime
import ServiceLifecycle
import Synchronization

/// Whether this process is the one that may change the data folder: only it follows the glue and sends notifications.
/// While a successor takes over, the owner is first this process, then nobody, then the other one.
final class Ownership: Sendable {
    private struct State {
        /// Held while the folder is ours, and until the last service has ended after that.
        var lock: FolderLock?
        var isOurs = false
        /// Services that run because the folder is ours.
        var running = 0
        var observers: [Int: AsyncStream<Bool>.Continuation] = [:]
        var nextObserver = 0
        var whenQuiet: CheckedContinuation<Void, Never>?
    }

    private let folder: String
    private let state: Mutex<State>

    /// The ownership of `folder`: from the beginning with its lock, or to be taken.
    init(folder: String, lock: FolderLock?) {
        self.folder = folder
        state = Mutex(State(lock: lock, isOurs: lock != nil))
    }

    /// Takes the folder, and has the services begin. Throws when another process has it.
    func take() throws(DaemonError) {
        let lock = try FolderLock(folder: folder)
        state.withLock { state in
            state.lock = lock
            state.isOurs = true
            for observer in state.observers.values { observer.yield(true) }
        }
    }

    /// Has the services end, and then gives the folder up.
    func release() async {
        await withCheckedContinuation { continuation in
            let isQuiet = state.withLock { state in
                state.isOurs = false
                for observer in state.observers.values { observer.yield(false) }
                if state.running > 0 { state.whenQuiet = continuation }
                return state.running == 0
            }
            if isQuiet { continuation.resume() }
        }
        state.withLock { $0.lock = nil }
    }

    /// Runs `service` whenever the folder is ours, until graceful shutdown. A service whose time is up is cancelled.
    func run(_ service: any Service) async throws {
        let (changes, observer) = observe()
        defer { observer.finish() }
        try await withGracefulShutdownHandler {
            for await isOurs in changes {
                guard isOurs, enter() else { continue }
                defer { leave() }
                if try await runWhileOurs(service) { return }
            }
        } onGracefulShutdown: {
            observer.finish()
        }
    }

    /// Runs `service` until it ends, which it does at shutdown, or the folder is given up; true for the former.
    private func runWhileOurs(_ service: any Service) async throws -> Bool {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await service.run()
                return true
            }
            group.addTask { [self] in
                let (changes, observer) = observe()
                defer { observer.finish() }
                for await isOurs in changes where !isOurs { return false }
                // Cancelled, since the service has ended.
                return true
            }
            let hasEnded = try await group.next() ?? true
            group.cancelAll()
            while !group.isEmpty { _ = try? await group.next() }
            return hasEnded
        }
    }

    /// The present state and every change of it; the stream ends with its continuation, or the reader's task.
    private func observe() -> (changes: AsyncStream<Bool>, observer: AsyncStream<Bool>.Continuation) {
        let (stream, continuation) = AsyncStream.makeStream(of: Bool.self, bufferingPolicy: .bufferingNewest(1))
        let id = state.withLock { state in
            state.nextObserver += 1
            state.observers[state.nextObserver] = continuation
            continuation.yield(state.isOurs)
            return state.nextObserver
        }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLock { $0.observers.removeValue(forKey: id) }
        }
        return (stream, continuation)
    }

    private func enter() -> Bool {
        state.withLock { state in
            if state.isOurs { state.running += 1 }
            return state.isOurs
        }
    }

    private func leave() {
        let waiting = state.withLock { state in
            state.running -= 1
            guard state.running == 0 else { return nil as CheckedContinuation<Void, Never>? }
            defer { state.whenQuiet = nil }
            return state.whenQuiet
        }
        waiting?.resume()
    }
}

/// A service that runs only in the process that owns the data folder.
struct OwnersService: Service {
    let ownership: Ownership
    let service: any Service

    func run() async throws { try await ownership.run(service) }
}
