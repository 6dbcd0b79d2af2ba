// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A resource record type, or a query's meta-type (RFC 1035 3.2.2 and 3.2.3, IANA "Resource Record (RR) TYPEs").
@usableFromInline
package struct RRType: RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    @usableFromInline package let rawValue: UInt16

    /// The type of a number; every number is one.
    @inlinable
    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// Whether the number is of a query's meta-type, which no zone can hold: OPT, NXNAME, 128 to 255, and 0.
    ///
    /// RFC 6895 3.1 sets 128 to 255 apart for meta-types and query types; SPF (99) and the like lie outside.
    @inlinable
    package var isMeta: Bool {
        rawValue == 0 || rawValue == 41 || 128...255 ~= rawValue
    }
}

extension RRType: Comparable {
    /// The order of the numbers, which is that of a type bitmap.
    @inlinable
    package static func < (left: RRType, right: RRType) -> Bool {
        left.rawValue < right.rawValue
    }
}

extension RRType: CustomStringConvertible {
    /// The mnemonic, or `TYPEnn` for a type without one (RFC 3597 5).
    @usableFromInline
    package var description: String {
        mnemonic ?? "TYPE\(rawValue)"
    }
}
