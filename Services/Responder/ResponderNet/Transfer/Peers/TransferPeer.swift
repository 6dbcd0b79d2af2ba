// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import NIOCore
import ResponderEngine

/// Another server that may fetch zones, and may want to hear of changes.
struct TransferPeer: Sendable, Hashable {
    /// What logs call it.
    var label: String
    /// Where its requests come from.
    var networks: [PeerNetwork] = []
    /// The keys that it may sign with, the first one for what is sent to it; nil when it need not sign.
    var keys: [Name]?
    /// The zones it may have.
    var zones: [ZonePattern] = [.all]
    /// The catalog zone that lists those zones for it; nil for none.
    var catalog: Name?
    /// Where it hears of changes.
    var notify: [SocketAddress] = []
    /// Whether zones are sent to it over TLS only (RFC 9103).
    var needsTLS = false

    /// Whether the peer is the sender of a request that was signed with `key`, nil for none.
    func isSender(_ client: ClientAddress, key: Name?) -> Bool {
        guard networks.contains(where: { $0.contains(client) }) else { return false }
        guard let keys else { return true }
        guard let key else { return false }
        return keys.contains(key)
    }

    /// Whether the peer may have a zone.
    func mayHave(_ zone: Name) -> Bool {
        zones.contains { $0.matches(zone) }
    }
}
