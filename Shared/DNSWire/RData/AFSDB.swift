// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// A server of an AFS cell or DCE.
    ///
    /// RFC 1183 1.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                    SUBTYPE                    |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                    HOSTNAME                   /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct AFSDB: RDataType {
        /// AFSDB.
        package static let type = RRType.afsdb
        /// The fields in wire order.
        package static let layout = RDataLayout(.uint16, .foldedName)

        /// 1 for an AFS version 3 location server, 2 for a DCE authentication server.
        package var subtype: UInt16
        /// The name of the server.
        package var hostname: Name

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(subtype: UInt16, hostname: Name) {
            self.subtype = subtype
            self.hostname = hostname
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            subtype = try reader.readUInt16()
            hostname = try reader.readName()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeUInt16(subtype)
            try writer.writeName(hostname, compress: false)
        }
    }
}
