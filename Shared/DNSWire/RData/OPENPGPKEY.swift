// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// The public key of a mail user.
    ///
    /// RFC 7929 2.1.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                   PUBLIC KEY                  /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct OPENPGPKEY: RDataType {
        /// OPENPGPKEY.
        package static let type = RRType.openpgpkey
        /// The fields in wire order.
        package static let layout = RDataLayout(.base64)

        /// A transferable public key of RFC 9580 10.1, binary.
        package var publicKey: [UInt8]

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(publicKey: [UInt8]) {
            self.publicKey = publicKey
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            publicKey = try reader.readRemaining()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeOctets(publicKey)
        }
    }
}
