// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// How the names of a signed zone are hashed.
    ///
    /// RFC 5155 4.2.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |     HASH ALGORITHM    |         FLAGS         |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                   ITERATIONS                  |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |         LENGTH        /          SALT         /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct NSEC3PARAM: RDataType {
        /// NSEC3PARAM.
        package static let type = RRType.nsec3param
        /// The fields in wire order.
        package static let layout = RDataLayout(.uint8, .uint8, .uint16, .hexLength8)

        /// The hash function: 1 SHA-1.
        package var hashAlgorithm: UInt8
        /// Always 0 in a zone.
        package var flags: UInt8
        /// How many more times the hash is taken; 0 by RFC 9276 3.1.
        package var iterations: UInt16
        /// What is hashed behind the name; empty by RFC 9276 3.1.
        package var salt: [UInt8]

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(hashAlgorithm: UInt8, flags: UInt8, iterations: UInt16, salt: [UInt8]) {
            self.hashAlgorithm = hashAlgorithm
            self.flags = flags
            self.iterations = iterations
            self.salt = salt
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            hashAlgorithm = try reader.readUInt8()
            flags = try reader.readUInt8()
            iterations = try reader.readUInt16()
            salt = try reader.readString()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeUInt8(hashAlgorithm)
            try writer.writeUInt8(flags)
            try writer.writeUInt16(iterations)
            try writer.writeString(salt)
        }
    }
}
