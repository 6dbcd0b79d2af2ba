// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// A 48-bit hardware address.
    ///
    /// RFC 7043 3.1.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                    ADDRESS                    |
    ///      |                   (48 bits)                   |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct EUI48: RDataType {
        /// EUI48.
        package static let type = RRType.eui48
        /// The fields in wire order.
        package static let layout = RDataLayout(.eui48)

        /// The six octets.
        package var address: [UInt8]

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(address: [UInt8]) {
            self.address = address
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            address = try reader.readOctets(6)
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeOctets(address, exactly: 6)
        }
    }
}
