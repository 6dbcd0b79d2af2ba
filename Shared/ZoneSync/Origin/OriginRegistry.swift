// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

/// The connections that are open, and which of them holds each node name.
final class OriginRegistry: Sendable {
    /// Ends a connection with a reason.
    typealias End = @Sendable (ProtocolError) -> Void

    private struct State {
        var next: UInt64 = 0
        var ends: [UInt64: End] = [:]
        var names: [String: UInt64] = [:]
        var refusal: ProtocolError?
    }

    private let state = Mutex(State())

    /// The number of open connections.
    var count: Int { state.withLock { $0.ends.count } }

    /// Takes a connection in; nil when there are `limit` already.
    func open(limit: Int, end: @escaping End) -> UInt64? {
        state.withLock { state in
            guard state.ends.count < limit else { return nil }
            state.next += 1
            state.ends[state.next] = end
            return state.next
        }
    }

    /// Why no connection is served any more; nil while they are.
    var refusal: ProtocolError? { state.withLock { $0.refusal } }

    func close(_ id: UInt64) {
        state.withLock { $0.ends[id] = nil }
    }

    /// Gives a node name to a connection. One that held it is ended: most often it is dead, and only the new one knows.
    func add(_ name: String, id: UInt64) {
        let old: End? = state.withLock { state in
            let old = state.names.updateValue(id, forKey: name)
            return old.flatMap { state.ends[$0] }
        }
        old?(ProtocolError(.conflict, "another connection has come with the node name \(name)"))
    }

    /// Gives the name free, if the connection still holds it.
    func remove(_ name: String, id: UInt64) -> Bool {
        state.withLock { state in
            guard state.names[name] == id else { return false }
            state.names[name] = nil
            return true
        }
    }

    /// Ends all connections. `forever`: those that come later as well.
    func endAll(_ error: ProtocolError, forever: Bool = false) {
        let ends = state.withLock { state in
            if forever { state.refusal = error }
            return Array(state.ends.values)
        }
        for end in ends { end(error) }
    }
}
