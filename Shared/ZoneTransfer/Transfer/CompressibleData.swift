// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire

/// Where in its data a type has the names that a message may compress: those of RFC 1035 (RFC 3597 4).
///
/// The same as `RDataLayout` says, but without a look into lists: a transfer asks for every record.
struct CompressibleData: Hashable {
    /// The longest data that such a type can have: two names and the numbers of an SOA record.
    static let longest = 2 * Name.maximumLength + 20

    /// Octets in front of the first name.
    let offset: Int
    /// How many names there are, one behind the other.
    let count: Int

    /// The names of a type; nil when it has none.
    @inline(__always)
    init?(_ type: UInt16) {
        switch type {
        case RRType.ns.rawValue, RRType.cname.rawValue, RRType.ptr.rawValue: (offset, count) = (0, 1)
        case RRType.mx.rawValue: (offset, count) = (2, 1)
        case RRType.soa.rawValue, RRType.minfo.rawValue: (offset, count) = (0, 2)
        case RRType.md.rawValue, RRType.mf.rawValue, RRType.mb.rawValue, RRType.mg.rawValue, RRType.mr.rawValue:
            (offset, count) = (0, 1)
        default: return nil
        }
    }
}
