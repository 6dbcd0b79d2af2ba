// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization

/// The peers in force: those of the file when it could last be read.
final class TransferPolicy: Sendable {
    /// The peers file.
    let path: String
    private let state: Mutex<TransferPeers>

    /// Reads the file, which must be good when the daemon starts.
    init(path: String) throws(TransferPeersError) {
        self.path = path
        state = Mutex(try TransferPeersReader.read(path: path))
    }

    /// What is in force now.
    var peers: TransferPeers { state.withLock { $0 } }

    /// Reads the file again; when it cannot be used, what was in force stays.
    func reload() throws(TransferPeersError) {
        let peers = try TransferPeersReader.read(path: path)
        state.withLock { $0 = peers }
    }
}
