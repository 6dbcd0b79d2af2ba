// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One item of an APL record (RFC 3123 4).
package struct AddressPrefix: Sendable, Hashable {
    /// The address family: 1 IPv4, 2 IPv6.
    package var family: UInt16
    /// The number of bits that count.
    package var prefix: UInt8
    /// Whether the prefix is taken out of the list.
    package var isNegated: Bool
    /// The address without its trailing zero octets.
    package var address: [UInt8]

    /// An item of its parts.
    package init(family: UInt16, prefix: UInt8, isNegated: Bool, address: [UInt8]) {
        self.family = family
        self.prefix = prefix
        self.isNegated = isNegated
        self.address = address
    }

    /// All items up to the reader's end.
    static func readAll(_ reader: inout WireReader) throws(WireError) -> [AddressPrefix] {
        var prefixes: [AddressPrefix] = []
        while !reader.isAtEnd {
            let family = try reader.readUInt16()
            let prefix = try reader.readUInt8()
            let length = try reader.readUInt8()
            let address = try reader.readOctets(Int(length & 0x7F))
            prefixes.append(
                AddressPrefix(family: family, prefix: prefix, isNegated: length & 0x80 != 0, address: address)
            )
        }
        return prefixes
    }

    /// Writes items in their order.
    static func write(_ prefixes: [AddressPrefix], to writer: inout WireWriter) throws(WireError) {
        for item in prefixes {
            guard item.address.count <= 0x7F else { throw .lengthOverflow }
            try writer.writeUInt16(item.family)
            try writer.writeUInt8(item.prefix)
            try writer.writeUInt8(UInt8(item.address.count) | (item.isNegated ? 0x80 : 0))
            try writer.writeOctets(item.address)
        }
    }
}
