// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// All addresses that begin with the same bits.
package struct ClientPrefix: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64
    private let highMask: UInt64
    private let lowMask: UInt64

    /// The addresses that share the first `length` bits with `address`: 0 to 32 of IPv4, 0 to 128 of IPv6; nil for any
    /// other length.
    package init?(_ address: ClientAddress, length: Int) {
        guard length >= 0, length <= (address.isIPv4 ? 32 : 128) else { return nil }
        // IPv4 is looked at in its mapped form, of which 96 bits are always the same.
        let bits = address.isIPv4 ? length + 96 : length
        highMask = bits == 0 ? 0 : .max << UInt64(64 - min(bits, 64))
        lowMask = bits <= 64 ? 0 : .max << UInt64(128 - bits)
        high = address.high & highMask
        low = address.low & lowMask
    }

    /// Whether an address is the first one of them: none of the bits that do not count is set.
    package func isFirst(_ address: ClientAddress) -> Bool {
        address.high == high && address.low == low
    }

    /// Whether an address is one of them.
    package func contains(_ address: ClientAddress) -> Bool {
        address.high & highMask == high && address.low & lowMask == low
    }
}
