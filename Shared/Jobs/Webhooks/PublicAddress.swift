// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Whether an IP address is on the public Internet: webhooks must not reach into the operator's own network.
///
/// From the IANA special-purpose registries (RFC 6890). Everything not known to be public is refused.
package enum PublicAddress {
    private static let refusedIPv4: [(prefix: UInt32, length: UInt32)] = [
        (0x0000_0000, 8),  // this network
        (0x0A00_0000, 8),  // private, RFC 1918
        (0x6440_0000, 10),  // shared, RFC 6598
        (0x7F00_0000, 8),  // loopback
        (0xA9FE_0000, 16),  // link-local, and clouds' metadata services
        (0xAC10_0000, 12),  // private, RFC 1918
        (0xC000_0000, 24),  // IETF protocol assignments
        (0xC000_0200, 24),  // documentation
        (0xC058_6300, 24),  // 6to4 relay
        (0xC0A8_0000, 16),  // private, RFC 1918
        (0xC612_0000, 15),  // benchmarks
        (0xC633_6400, 24),  // documentation
        (0xCB00_7100, 24),  // documentation
        (0xE000_0000, 4),  // multicast
        (0xF000_0000, 4),  // reserved, broadcast
    ]

    /// - Parameter address: 4 or 16 octets in network order; any other count is refused.
    package static func contains(_ address: [UInt8]) -> Bool {
        switch address.count {
        case 4:
            let value = address.reduce(0) { $0 << 8 | UInt32($1) }
            return !refusedIPv4.contains { value >> (32 - $0.length) == $0.prefix >> (32 - $0.length) }
        case 16:
            return containsIPv6(address)
        default:
            return false
        }
    }

    /// Only 2000::/3 is global unicast; mapped, translated, unique-local and link-local addresses lie outside it.
    private static func containsIPv6(_ address: [UInt8]) -> Bool {
        guard address[0] & 0xE0 == 0x20 else { return false }
        let first = UInt16(address[0]) << 8 | UInt16(address[1])
        let second = UInt16(address[2]) << 8 | UInt16(address[3])
        switch first {
        case 0x2001: return second >= 0x0200 && second != 0x0DB8  // protocol assignments (Teredo …), documentation
        case 0x2002: return false  // 6to4 carries an IPv4 address
        case 0x3FFF: return second >= 0x1000  // documentation
        default: return true
        }
    }
}
