// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// The signature of an RRset.
    ///
    /// RFC 4034 3.1; the signer is never compressed (3.1.7) and lower-case in canonical form (RFC 6840 5.1).
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                  TYPE COVERED                 |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |       ALGORITHM       |         LABELS        |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                  ORIGINAL TTL                 |
    ///      |                   (32 bits)                   |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                   EXPIRATION                  |
    ///      |                   (32 bits)                   |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                   INCEPTION                   |
    ///      |                   (32 bits)                   |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                    KEY TAG                    |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                 SIGNER'S NAME                 /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                   SIGNATURE                   /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct RRSIG: RDataType {
        /// RRSIG.
        package static let type = RRType.rrsig
        /// The fields in wire order.
        package static let layout = RDataLayout(
            .rrType,
            .algorithm,
            .uint8,
            .ttl,
            .timestamp,
            .timestamp,
            .uint16,
            .foldedName,
            .base64
        )

        /// The type of the signed RRset.
        package var typeCovered: RRType
        /// The algorithm of the key.
        package var algorithm: UInt8
        /// The labels of the owner, the root and a leading `*` not counted.
        package var labelCount: UInt8
        /// The TTL of the RRset in its zone, in seconds.
        package var originalTTL: UInt32
        /// When it ends to be valid: seconds since 1970 modulo 2^32, compared by RFC 1982.
        package var expiration: UInt32
        /// When it begins to be valid, in the same way.
        package var inception: UInt32
        /// The tag of the key (Appendix B).
        package var keyTag: UInt16
        /// The zone whose key it is.
        package var signerName: Name
        /// The signature in the form of its algorithm.
        package var signature: [UInt8]

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(
            typeCovered: RRType,
            algorithm: UInt8,
            labelCount: UInt8,
            originalTTL: UInt32,
            expiration: UInt32,
            inception: UInt32,
            keyTag: UInt16,
            signerName: Name,
            signature: [UInt8]
        ) {
            self.typeCovered = typeCovered
            self.algorithm = algorithm
            self.labelCount = labelCount
            self.originalTTL = originalTTL
            self.expiration = expiration
            self.inception = inception
            self.keyTag = keyTag
            self.signerName = signerName
            self.signature = signature
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            typeCovered = RRType(rawValue: try reader.readUInt16())
            algorithm = try reader.readUInt8()
            labelCount = try reader.readUInt8()
            originalTTL = try reader.readUInt32()
            expiration = try reader.readUInt32()
            inception = try reader.readUInt32()
            keyTag = try reader.readUInt16()
            signerName = try reader.readName()
            signature = try reader.readRemaining()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeUInt16(typeCovered.rawValue)
            try writer.writeUInt8(algorithm)
            try writer.writeUInt8(labelCount)
            try writer.writeUInt32(originalTTL)
            try writer.writeUInt32(expiration)
            try writer.writeUInt32(inception)
            try writer.writeUInt16(keyTag)
            try writer.writeName(signerName, compress: false)
            try writer.writeOctets(signature)
        }
    }
}
