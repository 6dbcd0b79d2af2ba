// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import NIOCore

/// Where a peer hears of changes, and of which.
struct NotifyTarget: Sendable, Hashable {
    /// What logs call the peer.
    var label: String
    /// Where notifications go.
    var address: SocketAddress
    /// The key that signs them; nil for none.
    var key: Name?
    /// The zones it hears of.
    var zones: [ZonePattern]
    /// The catalog that it follows; nil for none.
    var catalog: Name?

    /// Whether the peer hears of a zone.
    func wants(_ zone: Name) -> Bool {
        zone == catalog || zones.contains { $0.matches(zone) }
    }
}

extension TransferPeers {
    /// Where notifications go; of entries with one address the first counts.
    var notifyTargets: [NotifyTarget] {
        var targets: [NotifyTarget] = []
        for peer in peers {
            for address in peer.notify {
                let target = NotifyTarget(
                    label: peer.label,
                    address: address,
                    key: peer.keys?.first,
                    zones: peer.zones,
                    catalog: peer.catalog
                )
                targets.append(target)
            }
        }
        return targets
    }
}
