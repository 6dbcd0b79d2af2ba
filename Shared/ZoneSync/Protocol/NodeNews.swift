// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The newest of a node behind a relay: `NODE name= role= [software=] [site=] [region=] [address=] [via=] epoch= pos=
/// connected=`.
///
/// It says how the node stands, not what it did, so that news may be left out when newer ones follow.
package struct NodeNews: Sendable, Equatable {
    /// The node; `via` is empty for one that is connected to who sends the line.
    package var node: OriginNode
    /// The epoch of `position`.
    package var epoch: String
    /// What is durable at the node; 0 while it takes a snapshot.
    package var position: UInt64
    /// Whether the node is connected to its relay.
    package var isConnected: Bool

    /// News of these values.
    package init(node: OriginNode, epoch: String, position: UInt64, isConnected: Bool) {
        self.node = node
        self.epoch = epoch
        self.position = position
        self.isConnected = isConnected
    }

    /// The control line, without its LF.
    package var line: String {
        "NODE name=\(node.name) \(node.fields)" + (node.via.isEmpty ? "" : " via=\(node.via)")
            + " epoch=\(epoch.isEmpty ? "-" : epoch) pos=\(position) connected=\(isConnected ? 1 : 0)"
    }

    /// Takes a line apart.
    init(_ line: ControlLine) throws(ProtocolError) {
        node = try OriginNode(line, name: "name")
        if line.optional("via") != nil { node.via = try OriginNode.name(line, "via") }
        epoch = String(try line.required("epoch"))
        position = try line.number("pos")
        let connected: UInt8 = try line.number("connected")
        isConnected = connected != 0
    }
}
