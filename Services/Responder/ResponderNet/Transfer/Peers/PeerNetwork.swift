// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import ResponderEngine

/// Addresses with the same first bits.
struct PeerNetwork: Sendable, Hashable {
    private let high: UInt64
    private let low: UInt64
    private let highMask: UInt64
    private let lowMask: UInt64
    private let isIPv4: Bool?

    /// Every address.
    static let any = PeerNetwork(ClientAddress.unspecified, bits: 0, isIPv4: nil)

    /// The network that `text` names: an address, or a prefix with the number of its bits behind a slash. Nil for anything
    /// else, and for a prefix with other bits set than its own.
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let head = parts.first, let address = try? SocketAddress(ipAddress: String(head), port: 0) else {
            return nil
        }
        let isIPv4 = address.protocol == .inet
        let width = isIPv4 ? 32 : 128
        var bits = width
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ 48...57 ~= $0 }), let number = Int(parts[1]), number <= width else {
                return nil
            }
            bits = number
        }
        let client = ClientAddress(address)
        self.init(client, bits: bits + 128 - width, isIPv4: isIPv4)
        guard client.high == high, client.low == low else { return nil }
    }

    private init(_ address: ClientAddress, bits: Int, isIPv4: Bool?) {
        // A shift by the whole width gives zero in Swift.
        highMask = bits >= 64 ? .max : ~(UInt64.max >> UInt64(bits))
        lowMask = bits <= 64 ? 0 : bits >= 128 ? .max : ~(UInt64.max >> UInt64(bits - 64))
        high = address.high & highMask
        low = address.low & lowMask
        self.isIPv4 = isIPv4
    }

    /// Whether an address is one of these.
    func contains(_ address: ClientAddress) -> Bool {
        if let isIPv4, isIPv4 != address.isIPv4 { return false }
        return address.high & highMask == high && address.low & lowMask == low
    }
}
