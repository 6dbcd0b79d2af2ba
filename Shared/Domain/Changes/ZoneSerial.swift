// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// SOA serials: 32-bit numbers that go round (RFC 1982).
package enum ZoneSerial {
    /// Whether `left` comes after `right` (RFC 1982 3.2).
    package static func isAhead(_ left: UInt32, of right: UInt32) -> Bool {
        left != right && left &- right < 1 << 31
    }

    /// The serial of SOA RDATA: the first of the five numbers that end it (RFC 1035 3.3.13). Nil for other octets.
    package static func of(soa rdata: [UInt8]) -> UInt32? {
        guard rdata.count >= 22 else {
            return nil
        }
        let place = rdata.count - 20
        return rdata[place..<place + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Whether two SOA records differ in nothing but their serials.
    static func isOnlyDifference(between left: [UInt8], and right: [UInt8]) -> Bool {
        guard left.count == right.count, left.count >= 22 else {
            return false
        }
        let place = left.count - 20
        return left[..<place] == right[..<place] && left[(place + 4)...] == right[(place + 4)...]
    }
}
