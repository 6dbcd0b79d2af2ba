// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// A public key of a zone: the body of DNSKEY and CDNSKEY.
    ///
    /// RFC 4034 2.1.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                     FLAGS                     |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |        PROTOCOL       |       ALGORITHM       |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                   PUBLIC KEY                  /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct PublicKey<Kind: RDataKind>: RDataType {
        /// The type that the kind stands for.
        package static var type: RRType { Kind.type }
        /// The fields in wire order.
        package static var layout: RDataLayout { .publicKey }

        /// Bit 7 (0x0100) zone key, bit 15 (0x0001) secure entry point, bit 8 (0x0080) revoked (RFC 5011 2.1).
        package var flags: UInt16
        /// Always 3.
        package var keyProtocol: UInt8
        /// The algorithm of the key.
        package var algorithm: UInt8
        /// The key in the form of its algorithm.
        package var publicKey: [UInt8]

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(flags: UInt16, keyProtocol: UInt8, algorithm: UInt8, publicKey: [UInt8]) {
            self.flags = flags
            self.keyProtocol = keyProtocol
            self.algorithm = algorithm
            self.publicKey = publicKey
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            flags = try reader.readUInt16()
            keyProtocol = try reader.readUInt8()
            algorithm = try reader.readUInt8()
            publicKey = try reader.readRemaining()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeUInt16(flags)
            try writer.writeUInt8(keyProtocol)
            try writer.writeUInt8(algorithm)
            try writer.writeOctets(publicKey)
        }
    }
}

extension RDataLayout {
    /// The fields of `RData.PublicKey`, kept apart since a generic type cannot store them.
    static let publicKey = RDataLayout(.uint16, .uint8, .algorithm, .base64)
}
