// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension OriginNode {
    /// The node with an address that others can use: a wildcard host gives way to the one that it connects from.
    package func placed(at peer: String?) -> OriginNode {
        guard let colon = address.lastIndex(of: ":") else { return self }
        let host = address[..<colon]
        guard host == "0.0.0.0" || host == "[::]" else { return self }
        var placed = self
        placed.address = peer.map { ($0.contains(":") ? "[\($0)]" : $0) + address[colon...] } ?? ""
        return placed
    }
}
