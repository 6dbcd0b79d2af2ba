// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire

/// What a node holds that decides how names at it and below it are answered.
@usableFromInline
package struct NodeFlags: OptionSet, Sendable {
    @usableFromInline package let rawValue: UInt8

    /// Flags of a raw octet.
    @inlinable
    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// NS records: away from the apex, a zone cut.
    @inlinable package static var ns: NodeFlags { NodeFlags(rawValue: 1) }
    /// A CNAME record.
    @inlinable package static var cname: NodeFlags { NodeFlags(rawValue: 2) }
    /// A DNAME record.
    @inlinable package static var dname: NodeFlags { NodeFlags(rawValue: 4) }
    /// NSEC records.
    @inlinable package static var nsec: NodeFlags { NodeFlags(rawValue: 8) }
    /// RRSIG records.
    @inlinable package static var rrsig: NodeFlags { NodeFlags(rawValue: 16) }
    /// NSEC3PARAM records.
    @inlinable package static var nsec3param: NodeFlags { NodeFlags(rawValue: 32) }

    /// The flag that a type raises.
    static func of(_ type: RRType) -> NodeFlags {
        switch type {
        case .ns: .ns
        case .cname: .cname
        case .dname: .dname
        case .nsec: .nsec
        case .rrsig: .rrsig
        case .nsec3param: .nsec3param
        default: []
        }
    }
}
