// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import NIOPosix
import Synchronization

/// Runs zone transfers on threads that may block, so many at a time; others wait their turn.
///
/// Shared by all listeners of a responder.
package final class TransferRunner: Sendable {
    private struct State {
        var running = 0
        var waiting = CircularBuffer<EventLoopPromise<Void>>()
    }

    /// Who answers.
    let transfers: any StreamTransfers
    private let maximum: Int
    private let pool: NIOThreadPool
    private let state = Mutex(State())

    /// A runner with threads of its own, which end with it.
    ///
    /// - Parameter maximum: Transfers under way at once, over all connections.
    package init(_ transfers: any StreamTransfers, maximum: Int = 32, threads: Int = 2) {
        self.transfers = transfers
        self.maximum = max(1, maximum)
        pool = NIOThreadPool(numberOfThreads: max(1, threads))
        pool.start()
    }

    deinit { pool.shutdownGracefully { _ in } }

    /// Transfers under way now.
    package var running: Int { state.withLock { $0.running } }

    /// Waits for a turn, which has to be given back with ``release()``.
    func acquire(on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
        let promise: EventLoopPromise<Void>? = state.withLock { state in
            guard state.running >= maximum else {
                state.running += 1
                return nil
            }
            let promise = eventLoop.makePromise(of: Void.self)
            state.waiting.append(promise)
            return promise
        }
        return promise?.futureResult ?? eventLoop.makeSucceededVoidFuture()
    }

    /// Gives a turn to whoever waits for longest.
    func release() {
        let next: EventLoopPromise<Void>? = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.running -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.succeed()
    }

    /// Runs `body` on a thread that may block.
    func run<Result: Sendable>(
        on eventLoop: any EventLoop,
        _ body: @escaping @Sendable () throws -> Result
    ) -> EventLoopFuture<Result> {
        pool.runIfActive(eventLoop: eventLoop, body)
    }
}
