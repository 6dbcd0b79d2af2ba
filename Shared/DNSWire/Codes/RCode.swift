// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The outcome of a query: four bits of the header, with eight more of an OPT record in front (RFC 6891 6.1.3).
@usableFromInline
package struct RCode: RawRepresentable, Hashable, Sendable {
    /// The number, 0 to 4095.
    @usableFromInline package let rawValue: UInt16

    /// The code of the low twelve bits of `rawValue`.
    @inlinable
    package init(rawValue: UInt16) {
        self.rawValue = rawValue & 0x0FFF
    }

    /// The code of the header's four bits and the eight bits of an OPT record.
    @inlinable
    package init(header: UInt8, extended: UInt8) {
        self.init(rawValue: UInt16(extended) << 4 | UInt16(header & 0x0F))
    }

    /// The four bits that go into the header.
    @inlinable package var headerBits: UInt8 { UInt8(truncatingIfNeeded: rawValue) & 0x0F }
    /// The eight bits that go into the OPT record.
    @inlinable package var extendedBits: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 4) }

    /// No error.
    @inlinable package static var noError: RCode { RCode(rawValue: 0) }
    /// The query could not be read.
    @inlinable package static var formatError: RCode { RCode(rawValue: 1) }
    /// The server failed.
    @inlinable package static var serverFailure: RCode { RCode(rawValue: 2) }
    /// The name does not exist.
    @inlinable package static var nameError: RCode { RCode(rawValue: 3) }
    /// The server does not do this kind of query.
    @inlinable package static var notImplemented: RCode { RCode(rawValue: 4) }
    /// The server does not want to answer.
    @inlinable package static var refused: RCode { RCode(rawValue: 5) }
    /// A name exists that should not (RFC 2136, RFC 6672).
    @inlinable package static var nameExists: RCode { RCode(rawValue: 6) }
    /// An RRset exists that should not (RFC 2136).
    @inlinable package static var rrsetExists: RCode { RCode(rawValue: 7) }
    /// An RRset that should exist does not (RFC 2136).
    @inlinable package static var noRRset: RCode { RCode(rawValue: 8) }
    /// The server is not authoritative for the zone (RFC 2136), or the key is not known (RFC 8945).
    @inlinable package static var notAuthoritative: RCode { RCode(rawValue: 9) }
    /// A name is not within the zone (RFC 2136).
    @inlinable package static var notZone: RCode { RCode(rawValue: 10) }
    /// The EDNS version is not known (RFC 6891).
    @inlinable package static var badVersion: RCode { RCode(rawValue: 16) }
    /// The server cookie is missing or wrong (RFC 7873).
    @inlinable package static var badCookie: RCode { RCode(rawValue: 23) }
}

extension RCode: CustomStringConvertible {
    /// The mnemonic, or `RCODEnn`.
    @usableFromInline
    package var description: String {
        switch rawValue {
        case 0: "NOERROR"
        case 1: "FORMERR"
        case 2: "SERVFAIL"
        case 3: "NXDOMAIN"
        case 4: "NOTIMP"
        case 5: "REFUSED"
        case 6: "YXDOMAIN"
        case 7: "YXRRSET"
        case 8: "NXRRSET"
        case 9: "NOTAUTH"
        case 10: "NOTZONE"
        case 16: "BADVERS"
        case 23: "BADCOOKIE"
        default: "RCODE\(rawValue)"
        }
    }
}
