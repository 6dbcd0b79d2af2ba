// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// The IPv4 address of a host.
    ///
    /// RFC 1035 3.4.1.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                    ADDRESS                    |
    ///      |                   (32 bits)                   |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct A: RDataType {
        /// A.
        package static let type = RRType.a
        /// The fields in wire order.
        package static let layout = RDataLayout(.ipv4)

        /// The address, its first octet the most significant.
        package var address: UInt32

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(address: UInt32) {
            self.address = address
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            address = try reader.readUInt32()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeUInt32(address)
        }
    }
}
