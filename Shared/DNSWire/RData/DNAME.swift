// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// The name that everything below the owner is redirected to.
    ///
    /// RFC 6672 2.1; the target is never compressed (2.5).
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                     TARGET                    /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct DNAME: RDataType {
        /// DNAME.
        package static let type = RRType.dname
        /// The fields in wire order.
        package static let layout = RDataLayout(.foldedName)

        /// The name that takes the place of the owner.
        package var target: Name

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(target: Name) {
            self.target = target
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            target = try reader.readName()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeName(target, compress: false)
        }
    }
}
