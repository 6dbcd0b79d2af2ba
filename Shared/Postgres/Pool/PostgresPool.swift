// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Logging
import Synchronization

/// A bounded set of connections, opened when needed and replaced when they break.
///
/// Those who wait are served in the order they came. A wait ends with the deadline (`acquireTimeout`), and an
/// unreachable database is tried again with jittered back-off until then. Every connection is lent to one user at a
/// time; one that comes back broken or inside a transaction is closed.
package final class PostgresPool: PostgresQuerying {
    let configuration: PostgresConfiguration
    private let size: Int
    let acquireTimeout: Duration
    private let logger: Logger
    private let state: Mutex<PoolState>
    /// Two servers of look-ups: while one waits for the database, the other gathers.
    let lookups = LookupQueue(maximumServers: 2)

    /// `size`: connections at most; each costs a thread here and a process at the server.
    package init(
        configuration: PostgresConfiguration,
        size: Int,
        acquireTimeout: Duration = .seconds(5),
        logger: Logger
    ) {
        self.configuration = configuration
        self.size = max(size, 1)
        self.acquireTimeout = acquireTimeout
        self.logger = logger
        state = Mutex(PoolState(size: max(size, 1)))
    }

    deinit {
        close()
    }

    package func query(_ query: PostgresQuery) async throws -> [PostgresRow] {
        try await withConnection { try await $0.query(query) }
    }

    @discardableResult
    package func execute(_ query: PostgresQuery) async throws -> Int {
        try await withConnection { try await $0.execute(query) }
    }

    /// Lends a connection to `body`. Throws `PoolError` when there is none, and what `body` throws.
    @discardableResult
    package func withConnection<Value: Sendable>(
        _ body: (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        let connection = try await acquire()
        do {
            let value = try await body(connection)
            await release(connection)
            return value
        } catch {
            await release(connection)
            throw error
        }
    }

    /// Runs `body` in a transaction on a connection of its own; see `PostgresConnection.withTransaction`.
    @discardableResult
    package func withTransaction<Value: Sendable>(
        isolation: PostgresIsolation = .readCommitted,
        readOnly: Bool = false,
        genericPlans: Bool = false,
        _ body: (PostgresTransaction) async throws -> Value
    ) async throws -> Value {
        try await withConnection { connection in
            try await connection.withTransaction(
                isolation: isolation,
                readOnly: readOnly,
                genericPlans: genericPlans,
                body
            )
        }
    }

    /// Closes idle connections, fails those who wait, and closes the lent connections when they come back.
    package func close() {
        let waiters = state.withLock { $0.close() }
        for waiter in waiters { waiter.resume(throwing: PoolError.closed) }
    }

    /// Connections that are open or being opened, those lent among them, and how many callers wait.
    package var usage: (open: Int, lent: Int, waiting: Int) {
        state.withLock { ($0.open, $0.open - $0.idle.count, $0.waiters.count) }
    }

    func acquire() async throws -> PostgresConnection {
        try Task.checkCancellation()
        let deadline = ContinuousClock.now + acquireTimeout
        switch try state.withLock({ try $0.take(until: deadline) }) {
        case .idle(let connection): return try await checked(connection, deadline: deadline)
        case .slot: return try await connect(deadline: deadline)
        case .wait(let number):
            guard let connection = try await wait(number, deadline: deadline) else {
                return try await connect(deadline: deadline)
            }
            return connection
        }
    }

    /// Waits for a connection, or for the right to open one (nil).
    private func wait(_ number: UInt64, deadline: ContinuousClock.Instant) async throws -> PostgresConnection? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let (outcome, needsTimer) = state.withLock { ($0.park(number, continuation), $0.takeTimer()) }
                switch outcome {
                case .parked: break
                case .resume(let connection): continuation.resume(returning: connection)
                case .fail(let error): continuation.resume(throwing: error)
                }
                if needsTimer { startTimer(deadline) }
            }
        } onCancel: {
            abandon(number, with: CancellationError())
        }
    }

    /// Starts the one timer of all who wait; it ends when nobody does.
    private func startTimer(_ first: ContinuousClock.Instant) {
        // Nobody cancels it: it ends at the deadline of the last who waits, or with the pool.
        Task { [weak self] in
            var next: ContinuousClock.Instant? = first
            while let deadline = next {
                try await Task.sleep(until: deadline, clock: .continuous)
                guard let self else { return }
                let expired = self.state.withLock { $0.expire(at: .now) }
                for waiter in expired.waiters { waiter.resume(throwing: PoolError.timeout) }
                next = expired.next
            }
        }
    }

    private func abandon(_ number: UInt64, with error: any Error) {
        state.withLock { $0.abandon(number, with: error) }?.resume(throwing: error)
    }

    /// An idle connection may have been closed by the server since; then another one is opened in its place.
    private func checked(
        _ connection: PostgresConnection,
        deadline: ContinuousClock.Instant
    ) async throws -> PostgresConnection {
        if connection.isReusable { return connection }
        await connection.close()
        return try await connect(deadline: deadline)
    }

    /// Opens a connection in the slot that the caller holds; gives the slot back when it fails.
    private func connect(deadline: ContinuousClock.Instant) async throws -> PostgresConnection {
        var pause = Duration.milliseconds(50)
        while true {
            do throws(PostgresError) {
                return try await PostgresConnection.connect(configuration)
            } catch {
                let delay = pause * Double.random(in: 0.5...1)
                pause = min(pause * 2, .seconds(2))
                let isFinal = error.kind != .connection || Task.isCancelled || ContinuousClock.now + delay >= deadline
                logger.debug("cannot connect to the database", metadata: ["error": "\(error)"])
                if isFinal {
                    giveBackSlot()
                    try Task.checkCancellation()
                    throw PoolError.unavailable(error.message)
                }
                do {
                    try await Task.sleep(for: delay)
                } catch {
                    giveBackSlot()
                    throw error
                }
            }
        }
    }

    private func giveBackSlot() {
        state.withLock { $0.giveBackSlot() }?.resume(returning: nil)
    }

    func release(_ connection: PostgresConnection) async {
        guard connection.isReusable else {
            await connection.close()
            giveBackSlot()
            return
        }
        state.withLock { $0.giveBack(connection) }?.resume(returning: connection)
    }
}
