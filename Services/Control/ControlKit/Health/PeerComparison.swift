// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain

/// How long a server has lacked what most of its peers have.
///
/// Staleness is relative: a server is behind only by what more than half of all named peers serve. When the origin is
/// away all are equally old, nobody is behind, and nobody withdraws; the same goes for the half that is not in the
/// minority when the sites are cut in two. Peers that do not answer prove nothing and count as not ahead.
struct PeerComparison {
    /// A serial that most peers had reached and this server had not, and when that was first seen.
    private struct Mark {
        let serial: UInt32
        let since: Duration
    }

    private let maximumLag: Duration
    private var marks: [Mark] = []

    /// - Parameter maximumLag: what a server may lag behind before it is stale.
    init(maximumLag: Duration) {
        self.maximumLag = maximumLag
    }

    /// Takes the serials of one round; returns the lag, at least.
    ///
    /// - Parameters:
    ///   - own: this server's serial; nil when it did not tell, which changes nothing.
    ///   - peers: one entry a peer, nil for one that did not answer.
    ///   - now: the time since any fixed moment.
    mutating func note(own: UInt32?, peers: [UInt32?], now: Duration) -> Duration {
        guard let own else { return lag(now) }
        marks.removeAll { !ZoneSerial.isAhead($0.serial, of: own) }
        // How far each peer is ahead; the one in the middle has been reached by more than half of them.
        let leads = peers.map { peer -> UInt32 in
            guard let peer, ZoneSerial.isAhead(peer, of: own) else { return 0 }
            return peer &- own
        }
        let lead = leads.sorted(by: >).dropFirst(peers.count / 2).first ?? 0
        // A stale server's marks are not added to: it must reach the oldest first.
        if lead > 0, lag(now) <= maximumLag {
            let serial = own &+ lead
            if marks.last.map({ ZoneSerial.isAhead(serial, of: $0.serial) }) ?? true {
                marks.append(Mark(serial: serial, since: now))
            }
        }
        return lag(now)
    }

    /// Whether a lag is too long.
    func isStale(_ lag: Duration) -> Bool {
        lag > maximumLag
    }

    private func lag(_ now: Duration) -> Duration {
        marks.first.map { now - $0.since } ?? .zero
    }
}
