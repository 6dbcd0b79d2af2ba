// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// The digest of a key: the body of DS and CDS.
    ///
    /// RFC 4034 5.1.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                    KEY TAG                    |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |       ALGORITHM       |      DIGEST TYPE      |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                     DIGEST                    /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct KeyDigest<Kind: RDataKind>: RDataType {
        /// The type that the kind stands for.
        package static var type: RRType { Kind.type }
        /// The fields in wire order.
        package static var layout: RDataLayout { .keyDigest }

        /// The tag of the key (Appendix B).
        package var keyTag: UInt16
        /// The algorithm of the key.
        package var algorithm: UInt8
        /// The hash function: 1 SHA-1, 2 SHA-256, 4 SHA-384.
        package var digestType: UInt8
        /// The hash of the owner and the key.
        package var digest: [UInt8]

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(keyTag: UInt16, algorithm: UInt8, digestType: UInt8, digest: [UInt8]) {
            self.keyTag = keyTag
            self.algorithm = algorithm
            self.digestType = digestType
            self.digest = digest
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            keyTag = try reader.readUInt16()
            algorithm = try reader.readUInt8()
            digestType = try reader.readUInt8()
            digest = try reader.readRemaining()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeUInt16(keyTag)
            try writer.writeUInt8(algorithm)
            try writer.writeUInt8(digestType)
            try writer.writeOctets(digest)
        }
    }
}

extension RDataLayout {
    /// The fields of `RData.KeyDigest`, kept apart since a generic type cannot store them.
    static let keyDigest = RDataLayout(.uint16, .algorithm, .uint8, .hex)
}
