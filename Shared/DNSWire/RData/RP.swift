// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// The person responsible for the owner.
    ///
    /// RFC 1183 2.2.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                   MBOX-DNAME                  /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                   TXT-DNAME                   /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct RP: RDataType {
        /// RP.
        package static let type = RRType.rp
        /// The fields in wire order.
        package static let layout = RDataLayout(.foldedName, .foldedName)

        /// The mailbox, its first label the local part; the root for none.
        package var mboxDname: Name
        /// The owner of TXT records that say more; the root for none.
        package var txtDname: Name

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(mboxDname: Name, txtDname: Name) {
            self.mboxDname = mboxDname
            self.txtDname = txtDname
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            mboxDname = try reader.readName()
            txtDname = try reader.readName()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeName(mboxDname, compress: false)
            try writer.writeName(txtDname, compress: false)
        }
    }
}
