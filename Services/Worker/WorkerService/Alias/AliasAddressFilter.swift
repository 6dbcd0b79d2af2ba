// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Which addresses can stand for a host somewhere.
///
/// Resolvers that block names answer with 0.0.0.0, :: or a loopback address, and networks that want a log-in first with
/// anything. What no other machine can reach is no answer. Private addresses (RFC 1918, RFC 4193) are: an owner may
/// publish them as A records, too.
enum AliasAddressFilter {
    /// - Parameter octets: 4 or 16 in network order; any other count is refused.
    static func accepts(_ octets: [UInt8]) -> Bool {
        switch octets.count {
        case 4:
            // This network, loopback, link-local (RFC 3927), multicast and what is reserved (RFC 6890).
            octets[0] != 0 && octets[0] != 127 && !(octets[0] == 169 && octets[1] == 254) && octets[0] < 224
        case 16:
            // Unspecified, loopback and mapped ones begin with ten octets of 0; link-local (RFC 4291), multicast.
            octets[..<10].contains { $0 != 0 } && !(octets[0] == 0xFE && octets[1] & 0xC0 == 0x80) && octets[0] != 0xFF
        default: false
        }
    }
}
