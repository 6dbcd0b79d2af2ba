// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The bookkeeping of a pool; holds no lock and does no I/O.
struct PoolState {
    typealias Waiter = CheckedContinuation<PostgresConnection?, any Error>

    /// What a caller gets at once.
    enum Take {
        case idle(PostgresConnection)
        /// The right to open a connection.
        case slot
        /// A place in the queue, to be followed by `park`.
        case wait(UInt64)
    }

    enum Park {
        case parked
        case resume(PostgresConnection?)
        case fail(any Error)
    }

    private enum Place {
        /// In the queue, its continuation not there yet.
        case expected
        case waiting(Waiter)
        /// Served before it parked.
        case served(PostgresConnection?)
        case failed(any Error)
    }

    private let size: Int
    private(set) var open = 0
    private(set) var idle: [PostgresConnection] = []
    /// Those who wait, oldest first.
    private(set) var waiters: [UInt64] = []
    /// When each of them has waited long enough, in the same order.
    private var deadlines: [ContinuousClock.Instant] = []
    /// Whether a timer runs that will call `expire`.
    private var hasTimer = false
    private var places: [UInt64: Place] = [:]
    private var nextNumber: UInt64 = 0
    private var isClosed = false

    init(size: Int) {
        self.size = size
    }

    mutating func take(until deadline: ContinuousClock.Instant) throws(PoolError) -> Take {
        if isClosed { throw .closed }
        if waiters.isEmpty {
            // The most recently used one: its caches are warm, here and at the server.
            if let connection = idle.popLast() { return .idle(connection) }
            if open < size {
                open += 1
                return .slot
            }
        }
        nextNumber += 1
        waiters.append(nextNumber)
        deadlines.append(deadline)
        places[nextNumber] = .expected
        return .wait(nextNumber)
    }

    mutating func park(_ number: UInt64, _ waiter: Waiter) -> Park {
        switch places[number] {
        case .expected:
            places[number] = .waiting(waiter)
            return .parked
        case .served(let connection):
            places[number] = nil
            return .resume(connection)
        case .failed(let error):
            places[number] = nil
            return .fail(error)
        case .waiting, nil:
            preconditionFailure("a waiter parks once")
        }
    }

    /// Takes a waiter out of the queue; returns it for the caller to fail, if it is still there and parked.
    mutating func abandon(_ number: UInt64, with error: any Error) -> Waiter? {
        guard let index = waiters.firstIndex(of: number) else { return nil }
        waiters.remove(at: index)
        deadlines.remove(at: index)
        guard case .waiting(let waiter) = places[number] else {
            places[number] = .failed(error)
            return nil
        }
        places[number] = nil
        return waiter
    }

    /// Whether the caller has to start the timer: somebody waits, and none runs.
    mutating func takeTimer() -> Bool {
        guard !hasTimer, !waiters.isEmpty else { return false }
        hasTimer = true
        return true
    }

    /// For the timer: takes out those whose deadline has come, for the caller to fail, and says when to come again;
    /// nil ends the timer.
    mutating func expire(at now: ContinuousClock.Instant) -> (waiters: [Waiter], next: ContinuousClock.Instant?) {
        var expired: [Waiter] = []
        while let number = waiters.first, let deadline = deadlines.first, deadline <= now {
            if let waiter = abandon(number, with: PoolError.timeout) { expired.append(waiter) }
        }
        hasTimer = !deadlines.isEmpty
        return (expired, deadlines.first)
    }

    /// A lent connection came back in order; returns the waiter to give it to.
    mutating func giveBack(_ connection: PostgresConnection) -> Waiter? {
        if isClosed {
            open -= 1
            return nil
        }
        guard !waiters.isEmpty else {
            idle.append(connection)
            return nil
        }
        return serveFirst(with: connection)
    }

    /// A connection is gone; returns the waiter that may open one in its place.
    mutating func giveBackSlot() -> Waiter? {
        guard !waiters.isEmpty, !isClosed else {
            open -= 1
            return nil
        }
        return serveFirst(with: nil)
    }

    /// Empties the pool; returns the waiters to fail.
    mutating func close() -> [Waiter] {
        isClosed = true
        open -= idle.count
        idle = []
        let numbers = waiters
        return numbers.compactMap { abandon($0, with: PoolError.closed) }
    }

    private mutating func serveFirst(with connection: PostgresConnection?) -> Waiter? {
        let number = waiters.removeFirst()
        deadlines.removeFirst()
        guard case .waiting(let waiter) = places[number] else {
            places[number] = .served(connection)
            return nil
        }
        places[number] = nil
        return waiter
    }
}
