// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// A host that serves the zone.
    ///
    /// RFC 1035 3.3.11.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                    NSDNAME                    /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct NS: RDataType {
        /// NS.
        package static let type = RRType.ns
        /// The fields in wire order.
        package static let layout = RDataLayout(.wellKnownName)

        /// The name of the host.
        package var nsdname: Name

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(nsdname: Name) {
            self.nsdname = nsdname
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            nsdname = try reader.readName()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeName(nsdname)
        }
    }
}
