// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

/// Counts open TCP connections, in all and by address.
package final class TCPConnectionCount: Sendable {
    private struct State {
        var open = 0
        var byAddress: [String: Int] = [:]
        var accepted = 0
        var refused = 0
    }

    private let limits: TCPLimits
    private let state = Mutex(State())

    /// A count at zero.
    package init(limits: TCPLimits) {
        self.limits = limits
    }

    /// Connections open now, accepted so far, and refused so far because of the limits.
    package var totals: (open: Int, accepted: Int, refused: Int) {
        state.withLock { ($0.open, $0.accepted, $0.refused) }
    }

    /// Takes a connection in; false when a limit is reached.
    func open(_ address: String) -> Bool {
        state.withLock { state in
            let ofAddress = state.byAddress[address, default: 0]
            guard state.open < limits.connections, ofAddress < limits.connectionsPerAddress else {
                state.refused += 1
                return false
            }
            state.open += 1
            state.accepted += 1
            state.byAddress[address] = ofAddress + 1
            return true
        }
    }

    /// Gives a connection's place free.
    func close(_ address: String) {
        state.withLock { state in
            state.open -= 1
            let left = state.byAddress[address, default: 1] - 1
            state.byAddress[address] = left > 0 ? left : nil
        }
    }
}
