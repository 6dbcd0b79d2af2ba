// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Synchronization

/// The taps of all responders of a process: each responder made with the same configuration adds one.
package final class QueryTaps: Sendable {
    private struct State {
        var taps: [QueryTap] = []
        var stride = 0
    }

    private let state = Mutex(State())
    private let octets: Int

    /// No taps yet; each will have a ring of `octets`.
    package init(octets: Int = 1 << 20) {
        self.octets = octets
    }

    /// The taps there are.
    package var all: [QueryTap] { state.withLock(\.taps) }

    /// Opens all taps, those of responders still to be made included.
    package func open(every stride: Int = 1) {
        state.withLock { state in
            state.stride = max(stride, 1)
            for tap in state.taps { tap.open(every: stride) }
        }
    }

    /// Closes all taps.
    package func close() {
        state.withLock { state in
            state.stride = 0
            for tap in state.taps { tap.close() }
        }
    }

    /// Queries left out by all taps since the start.
    package var dropped: Int { all.reduce(0) { $0 + $1.dropped } }

    /// A tap for a new responder.
    func makeTap() -> QueryTap {
        let tap = QueryTap(octets: octets)
        state.withLock { state in
            state.taps.append(tap)
            if state.stride > 0 { tap.open(every: state.stride) }
        }
        return tap
    }
}
