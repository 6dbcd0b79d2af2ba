// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// The IPv6 address of a host.
    ///
    /// RFC 3596 2.2.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                    ADDRESS                    |
    ///      |                   (128 bits)                  |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct AAAA: RDataType {
        /// AAAA.
        package static let type = RRType.aaaa
        /// The fields in wire order.
        package static let layout = RDataLayout(.ipv6)

        /// The address, its first octet the most significant.
        package var address: UInt128

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(address: UInt128) {
            self.address = address
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            address = try reader.readUInt128()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeUInt128(address)
        }
    }
}
