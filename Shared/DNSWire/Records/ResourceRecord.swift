// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One resource record with its RDATA as uncompressed wire octets.
@usableFromInline
package struct ResourceRecord: Sendable, Hashable {
    /// The name that the record belongs to.
    package var owner: Name
    /// The type.
    package var type: RRType
    /// The class.
    package var rrclass: RRClass
    /// How long the record may be kept, in seconds.
    package var ttl: UInt32
    /// The RDATA: names in it are not compressed.
    package var rdata: [UInt8]

    /// A record of the parts; nothing is checked, see `RDataValidator`.
    package init(owner: Name, type: RRType, rrclass: RRClass = .internet, ttl: UInt32, rdata: [UInt8]) {
        self.owner = owner
        self.type = type
        self.rrclass = rrclass
        self.ttl = ttl
        self.rdata = rdata
    }
}
