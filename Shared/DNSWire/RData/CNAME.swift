// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// The name that the owner is an alias of.
    ///
    /// RFC 1035 3.3.1.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                     CNAME                     /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct CNAME: RDataType {
        /// CNAME.
        package static let type = RRType.cname
        /// The fields in wire order.
        package static let layout = RDataLayout(.wellKnownName)

        /// The canonical name.
        package var cname: Name

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(cname: Name) {
            self.cname = cname
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            cname = try reader.readName()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeName(cname)
        }
    }
}
