// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

/// The nodes that a relay's connection has told of: what it says of them is a state, what a source hears are events.
final class NodesBehind: Sendable {
    /// Nodes that one relay may tell of.
    static let limit = 10_000

    private struct Known {
        var node: OriginNode
        var epoch: String
        var position: UInt64
        var isConnected: Bool
    }

    private let known = Mutex<[String: Known]>([:])

    /// What the news of a node amount to. `relay` is who sent them.
    func take(_ news: NodeNews, of relay: String) throws(ProtocolError) -> (OriginNode, OriginNodeEvent) {
        var node = news.node
        if node.via.isEmpty { node.via = relay }
        let before = try known.withLock { known throws(ProtocolError) -> Known? in
            guard known[node.name] != nil || known.count < Self.limit else {
                throw ProtocolError(.slowDown, "more than \(Self.limit) nodes behind one relay")
            }
            return known.updateValue(
                Known(node: node, epoch: news.epoch, position: news.position, isConnected: news.isConnected),
                forKey: node.name
            )
        }
        guard news.isConnected else { return (node, .disconnected) }
        let goesOn = before.map {
            $0.isConnected && $0.node.via == node.via && $0.epoch == news.epoch && $0.position <= news.position
        }
        return if goesOn == true, news.position > 0 {
            (node, .acknowledged(epoch: news.epoch, position: news.position))
        } else {
            (node, .connected(epoch: news.epoch, position: news.position))
        }
    }

    /// The node of this name, as it was told of last; `relay` is who has it.
    func node(_ name: String, of relay: String) -> OriginNode {
        if let node = known.withLock({ $0[name]?.node }) { return node }
        var node = OriginNode(name: name, role: "responder", software: "")
        node.via = relay
        return node
    }

    /// The nodes that were last said to be connected; none of them is known afterwards.
    func takeConnected() -> [OriginNode] {
        known.withLock { known in
            defer { known = [:] }
            return known.values.filter(\.isConnected).map(\.node)
        }
    }
}
