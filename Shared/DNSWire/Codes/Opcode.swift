// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What kind of message it is: the four bits of the header (RFC 1035 4.1.1).
@usableFromInline
package struct Opcode: RawRepresentable, Hashable, Sendable {
    /// The number, 0 to 15.
    @usableFromInline package let rawValue: UInt8

    /// The opcode of the low four bits of `rawValue`.
    @inlinable
    package init(rawValue: UInt8) {
        self.rawValue = rawValue & 0x0F
    }

    /// A standard query (RFC 1035).
    @inlinable package static var query: Opcode { Opcode(rawValue: 0) }
    /// An inverse query, obsolete (RFC 3425).
    @inlinable package static var inverseQuery: Opcode { Opcode(rawValue: 1) }
    /// A server status request (RFC 1035).
    @inlinable package static var status: Opcode { Opcode(rawValue: 2) }
    /// A primary tells that a zone has changed (RFC 1996).
    @inlinable package static var notify: Opcode { Opcode(rawValue: 4) }
    /// A dynamic update (RFC 2136).
    @inlinable package static var update: Opcode { Opcode(rawValue: 5) }
    /// DNS stateful operations (RFC 8490).
    @inlinable package static var statefulOperations: Opcode { Opcode(rawValue: 6) }
}

extension Opcode: CustomStringConvertible {
    /// The mnemonic, or `OPCODEnn`.
    @usableFromInline
    package var description: String {
        switch rawValue {
        case 0: "QUERY"
        case 1: "IQUERY"
        case 2: "STATUS"
        case 4: "NOTIFY"
        case 5: "UPDATE"
        case 6: "DSO"
        default: "OPCODE\(rawValue)"
        }
    }
}
