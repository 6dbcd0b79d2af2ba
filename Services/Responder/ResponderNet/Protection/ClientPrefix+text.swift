// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import ResponderEngine

extension ClientPrefix {
    /// The network that a text names: an address, or an address and the number of bits that count behind a slash, for
    /// example `192.0.2.0/24`. Nil for anything else, and for bits that do not count but are set.
    init?(text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let address = try? SocketAddress(ipAddress: String(parts[0]), port: 0)
        else { return nil }
        let client = ClientAddress(address)
        let width = client.isIPv4 ? 32 : 128
        var length = width
        if parts.count == 2 {
            guard !parts[1].isEmpty, parts[1].utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let number = Int(parts[1]) else {
                return nil
            }
            length = number
        }
        self.init(client, length: length)
        // The last address of the network would tell forgotten bits, but the first one is what was written.
        guard isFirst(client) else { return nil }
    }
}
