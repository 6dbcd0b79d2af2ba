// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

/// Counts the connections of one server, for metrics. Any thread may add and read.
package final class ConnectionTotals: Sendable {
    /// Why a connection was closed from our side.
    package enum Closing: String, Sendable, CaseIterable {
        /// It was idle, or did not read its answers, for too long.
        case idle
        /// It was the idlest when a new one needed room.
        case pressure
        /// What came was not DNS.
        case malformed
        /// It had as many answers as one connection gets.
        case complete
        /// The server was stopping.
        case draining
    }

    /// The counts at one moment.
    package struct Snapshot: Sendable, Equatable {
        /// Connections open now.
        package var open = 0
        /// Connections accepted so far.
        package var accepted = 0
        /// TLS handshakes completed so far.
        package var handshakes = 0
        /// TLS handshakes that failed so far.
        package var failedHandshakes = 0
        /// Transfers whose answer has begun so far, refused ones included.
        package var transfers = 0
        /// Connections closed from our side so far, by reason.
        package var closed: [Closing: Int] = [:]
    }

    private let state = Mutex(Snapshot())

    /// Counts at zero.
    package init() {}

    /// The counts now.
    package var snapshot: Snapshot { state.withLock { $0 } }

    func change(_ body: (inout Snapshot) -> Void) { state.withLock { body(&$0) } }

    func close(_ reason: Closing) { state.withLock { $0.closed[reason, default: 0] += 1 } }
}
