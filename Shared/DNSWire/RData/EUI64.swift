// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// A 64-bit hardware address.
    ///
    /// RFC 7043 4.1.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                    ADDRESS                    |
    ///      |                   (64 bits)                   |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct EUI64: RDataType {
        /// EUI64.
        package static let type = RRType.eui64
        /// The fields in wire order.
        package static let layout = RDataLayout(.eui64)

        /// The eight octets.
        package var address: [UInt8]

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(address: [UInt8]) {
            self.address = address
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            address = try reader.readOctets(8)
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeOctets(address, exactly: 8)
        }
    }
}
