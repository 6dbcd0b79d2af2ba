// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// A host that exchanges keys for the owner.
    ///
    /// RFC 2230 3.1.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                   PREFERENCE                  |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                   EXCHANGER                   /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct KX: RDataType {
        /// KX.
        package static let type = RRType.kx
        /// The fields in wire order.
        package static let layout = RDataLayout(.uint16, .foldedName)

        /// Which host to try first: the lowest.
        package var preference: UInt16
        /// The name of the host.
        package var exchanger: Name

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(preference: UInt16, exchanger: Name) {
            self.preference = preference
            self.exchanger = exchanger
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            preference = try reader.readUInt16()
            exchanger = try reader.readName()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeUInt16(preference)
            try writer.writeName(exchanger, compress: false)
        }
    }
}
