// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
import Synchronization

/// When tokens were last used, kept until the next write: requests do not wait for it, and a token is written at most
/// once a minute by a process.
package final class TokenUses: Sendable {
    private struct State {
        /// Uses since the last write.
        var fresh: [Int64: Int64] = [:]
        /// Tokens that were written, and when; in Unix seconds.
        var written: [Int64: Int64] = [:]
    }

    /// Least seconds between two writes of one token.
    static let interval: Int64 = 60

    private let state = Mutex(State())

    package init() {}

    /// Notes a use of the token with `id` at `now`, in Unix seconds.
    func note(_ id: Int64, at now: Int64) {
        self.state.withLock { state in
            if let written = state.written[id], written + Self.interval > now, written <= now { return }
            state.fresh[id] = now
        }
    }

    /// The uses that are to be written at `now`, and forgets them.
    package func take(now: Int64) -> [Int64: Timestamp] {
        self.state.withLock { state in
            state.written = state.written.filter { $0.value + Self.interval > now && $0.value <= now }
            let fresh = state.fresh
            state.fresh = [:]
            state.written.merge(fresh) { _, new in new }
            return fresh.mapValues { Timestamp(seconds: $0) }
        }
    }
}
