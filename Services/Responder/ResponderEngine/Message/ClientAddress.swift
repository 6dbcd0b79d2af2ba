// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Where a query came from: an IPv6 address, or an IPv4 address in its mapped form `::ffff:a.b.c.d`.
package struct ClientAddress: Hashable, Sendable {
    /// The first eight octets as a number, the most significant first.
    package var high: UInt64
    /// The last eight octets as a number, the most significant first.
    package var low: UInt64
    /// Whether the address is of IPv4.
    package var isIPv4: Bool

    /// An IPv4 address as a number: 127.0.0.1 is 0x7F000001.
    package init(ipv4: UInt32) {
        high = 0
        low = 0xFFFF_0000_0000 | UInt64(ipv4)
        isIPv4 = true
    }

    /// An IPv6 address by its halves.
    package init(ipv6High high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
        isIPv4 = high == 0 && low >> 32 == 0xFFFF
    }

    /// An address of no host, for queries without a sender.
    package static let unspecified = ClientAddress(ipv6High: 0, low: 0)
}
