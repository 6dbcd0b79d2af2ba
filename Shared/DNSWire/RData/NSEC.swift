// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// The next name of a signed zone, and the types at this one.
    ///
    /// RFC 4034 4.1; the name is never compressed and keeps its case in canonical form (RFC 6840 5.1).
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                NEXT DOMAIN NAME               /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                 TYPE BIT MAPS                 /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct NSEC: RDataType {
        /// NSEC.
        package static let type = RRType.nsec
        /// The fields in wire order.
        package static let layout = RDataLayout(.exactName, .typeBitmap)

        /// The next name in canonical order.
        package var nextDomainName: Name
        /// The types at the owner, ascending.
        package var types: [RRType]

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(nextDomainName: Name, types: [RRType]) {
            self.nextDomainName = nextDomainName
            self.types = types
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            nextDomainName = try reader.readName(pointers: .forbidden)
            types = try TypeBitmap.decode(try reader.readRemaining())
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeName(nextDomainName, compress: false)
            try writer.writeOctets(TypeBitmap.encode(types))
        }
    }
}
