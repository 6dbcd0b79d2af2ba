// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc

/// A range of addresses in CIDR form (RFC 4632 section 3.1, RFC 4291 section 2.3); a single address has the whole length.
package struct IPNetwork: Hashable, Sendable, CustomStringConvertible {
    /// 4 or 16 octets; those behind the prefix are 0.
    private let octets: [UInt8]
    /// In bits.
    private let length: Int

    /// The network written in `text`, or nil when that is none. One with bits behind the prefix is none: it would mean
    /// something else than it says.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let octets = Self.address(String(parts[0])) else {
            return nil
        }
        var length = octets.count * 8
        if parts.count == 2 {
            guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(parts[1]),
                number <= length, String(number) == parts[1]
            else {
                return nil
            }
            length = number
        }
        guard octets == Self.masked(octets, length) else {
            return nil
        }
        self.octets = octets
        self.length = length
    }

    /// Whether every address of `other` is one of this network.
    package func contains(_ other: IPNetwork) -> Bool {
        octets.count == other.octets.count && length <= other.length && Self.masked(other.octets, length) == octets
    }

    package var description: String {
        let isIPv4 = octets.count == 4
        let text = isIPv4 ? octets.map(String.init).joined(separator: ".") : Self.text(octets)
        return length == octets.count * 8 ? text : "\(text)/\(length)"
    }

    private static func masked(_ octets: [UInt8], _ length: Int) -> [UInt8] {
        octets.enumerated().map { index, octet in
            let bits = min(max(length - index * 8, 0), 8)
            return octet & ~UInt8(truncatingIfNeeded: 0xFF >> bits)
        }
    }

    /// The octets of an address; an IPv4 address mapped into IPv6 has four.
    private static func address(_ text: String) -> [UInt8]? {
        guard !text.utf8.contains(0) else {
            return nil
        }
        var v4 = in_addr()
        // SAFETY: both structures are as large as the function writes, and the text ends with a zero.
        if unsafe inet_pton(AF_INET, text, &v4) == 1 {
            return unsafe withUnsafeBytes(of: v4) { unsafe Array($0) }
        }
        var v6 = in6_addr()
        // SAFETY: as above.
        guard unsafe inet_pton(AF_INET6, text, &v6) == 1 else {
            return nil
        }
        let octets = unsafe withUnsafeBytes(of: v6) { unsafe Array($0) }
        let isMapped = octets.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        return isMapped ? Array(octets.suffix(4)) : octets
    }

    /// The text form of an IPv6 address (RFC 5952).
    private static func text(_ octets: [UInt8]) -> String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        // SAFETY: 16 octets are read and at most INET6_ADDRSTRLEN written, which is what both arrays have.
        guard octets.count == 16, unsafe inet_ntop(AF_INET6, octets, &buffer, socklen_t(buffer.count)) != nil else {
            return ""
        }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
