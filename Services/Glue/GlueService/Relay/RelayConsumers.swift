// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization
import ZoneSync

/// The consumers of a relay, those behind further relays included, and the zones that the relay itself refused: what it
/// does not hold they do not get, so that it refuses for them as well.
final class RelayConsumers: Sendable {
    private struct Consumer {
        var position: UInt64
        var isBehind: Bool
    }

    private struct State {
        var consumers: [String: Consumer] = [:]
        /// The newest entries that were not passed on, by zone.
        var refused: [String: UInt64] = [:]
    }

    private let state = Mutex(State())

    /// An entry of the zone was read: whether its state is not held here.
    func note(_ zone: String, at position: UInt64, isRefused: Bool) {
        state.withLock { state in
            if isRefused {
                state.refused[zone] = max(state.refused[zone] ?? 0, position)
            } else if let refused = state.refused[zone], refused < position {
                state.refused[zone] = nil
            }
        }
    }

    /// Nothing is refused any more: the replica was taken anew.
    func forgetRefusals() {
        state.withLock { $0.refused = [:] }
    }

    /// Takes what a consumer did; returns the zones that it acknowledges with this and does not have, with the
    /// positions.
    func take(_ event: OriginNodeEvent, from node: OriginNode) -> [(zone: String, position: UInt64)] {
        state.withLock { state in
            switch event {
            case .connected(_, let position):
                state.consumers[node.name] = Consumer(position: position, isBehind: !node.via.isEmpty)
                return []
            case .acknowledged(_, let position):
                let before = state.consumers[node.name]?.position ?? 0
                state.consumers[node.name] = Consumer(position: position, isBehind: !node.via.isEmpty)
                guard !state.refused.isEmpty, before < position else { return [] }
                return state.refused.filter { before < $0.value && $0.value <= position }
                    .map { ($0.key, $0.value) }
            case .refused:
                return []
            case .disconnected:
                state.consumers[node.name] = nil
                return []
            }
        }
    }

    /// Consumers that are connected here, those behind further relays, and the position of the one furthest behind.
    var summary: (direct: Int, behind: Int, least: UInt64?) {
        state.withLock { state in
            let behind = state.consumers.values.count(where: \.isBehind)
            return (state.consumers.count - behind, behind, state.consumers.values.map(\.position).min())
        }
    }
}
