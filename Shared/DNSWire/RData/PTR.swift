// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// A name that the owner points to.
    ///
    /// RFC 1035 3.3.12.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                    PTRDNAME                   /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct PTR: RDataType {
        /// PTR.
        package static let type = RRType.ptr
        /// The fields in wire order.
        package static let layout = RDataLayout(.wellKnownName)

        /// The name pointed to.
        package var ptrdname: Name

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(ptrdname: Name) {
            self.ptrdname = ptrdname
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            ptrdname = try reader.readName()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeName(ptrdname)
        }
    }
}
