// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// A digest of the whole zone.
    ///
    /// RFC 8976 2.2.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                     SERIAL                    |
    ///      |                   (32 bits)                   |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |         SCHEME        |     HASH ALGORITHM    |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                     DIGEST                    /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct ZONEMD: RDataType {
        /// ZONEMD.
        package static let type = RRType.zonemd
        /// The fields in wire order.
        package static let layout = RDataLayout(.uint32, .uint8, .uint8, .hex)

        /// The SOA serial that the digest is for.
        package var serial: UInt32
        /// How the zone is put together: 1 simple.
        package var scheme: UInt8
        /// The hash function: 1 SHA-384, 2 SHA-512.
        package var hashAlgorithm: UInt8
        /// The digest, at least twelve octets.
        package var digest: [UInt8]

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(serial: UInt32, scheme: UInt8, hashAlgorithm: UInt8, digest: [UInt8]) {
            self.serial = serial
            self.scheme = scheme
            self.hashAlgorithm = hashAlgorithm
            self.digest = digest
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            serial = try reader.readUInt32()
            scheme = try reader.readUInt8()
            hashAlgorithm = try reader.readUInt8()
            digest = try reader.readRemaining()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeUInt32(serial)
            try writer.writeUInt8(scheme)
            try writer.writeUInt8(hashAlgorithm)
            try writer.writeOctets(digest)
        }
    }
}
