// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

/// Handshakes under way: strangers may have some, in all and from one address, and no more.
final class HandshakeSlots: Sendable {
    private struct State {
        var all = 0
        var byAddress: [String: Int] = [:]
    }

    private let limit: Int
    private let limitOfAddress: Int
    private let state = Mutex(State())

    init(limit: Int, ofAddress limitOfAddress: Int) {
        self.limit = limit
        self.limitOfAddress = limitOfAddress
    }

    /// Whether another handshake may begin; then ``giveBack(_:)`` must follow.
    func take(_ address: String) -> Bool {
        state.withLock { state in
            let count = state.byAddress[address, default: 0]
            guard state.all < limit, count < limitOfAddress else { return false }
            state.all += 1
            state.byAddress[address] = count + 1
            return true
        }
    }

    /// A handshake is over.
    func giveBack(_ address: String) {
        state.withLock { state in
            state.all -= 1
            let count = state.byAddress[address, default: 0] - 1
            state.byAddress[address] = count > 0 ? count : nil
        }
    }
}
