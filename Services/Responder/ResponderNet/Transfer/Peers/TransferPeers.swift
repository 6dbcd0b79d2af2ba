// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import ResponderEngine
import ZoneSync
import ZoneTransfer

/// All that the peers file says.
struct TransferPeers: Sendable {
    /// The keys.
    var keyring = TSIGKeyring()
    /// The peers in the order of the file.
    var peers: [TransferPeer] = []
    /// The files that keys were read from besides the peers file itself.
    var keyFiles: [String] = []

    /// The first peer that may have `zone` by this way; nil refuses the request.
    ///
    /// - Parameter key: the key of a good signature.
    func peer(for zone: Name, _ client: ClientAddress, key: Name?, _ transport: Transport) -> TransferPeer? {
        peers.first { peer in
            peer.isSender(client, key: key) && peer.mayHave(zone) && (!peer.needsTLS || transport.isTLS)
        }
    }
}

/// Why a peers file cannot be used; never with a secret in it.
struct TransferPeersError: Error, Hashable, CustomStringConvertible {
    /// The file.
    var path: String
    /// The line, from 1; nil when it is about the file as a whole.
    var line: Int?
    /// The reason, in words.
    var reason: String

    /// Something that is wrong with a file.
    init(_ file: UnusableFile) {
        path = file.path
        reason = file.reason
    }

    /// Something that is wrong in a file, at a line of it.
    init(path: String, line: Int?, reason: String) {
        self.path = path
        self.line = line
        self.reason = reason
    }

    var description: String {
        line.map { "\(path), line \($0): \(reason)" } ?? "\(path): \(reason)"
    }
}
