// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// The next hashed name of a signed zone, and the types at this one.
    ///
    /// RFC 5155 3.2.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |     HASH ALGORITHM    |         FLAGS         |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                   ITERATIONS                  |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |         LENGTH        /          SALT         /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |         LENGTH        /   NEXT HASHED OWNER   /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                 TYPE BIT MAPS                 /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct NSEC3: RDataType {
        /// NSEC3.
        package static let type = RRType.nsec3
        /// The fields in wire order.
        package static let layout = RDataLayout(.uint8, .uint8, .uint16, .hexLength8, .base32Length8, .typeBitmap)

        /// The hash function: 1 SHA-1.
        package var hashAlgorithm: UInt8
        /// Bit 0 set: opt-out.
        package var flags: UInt8
        /// How many more times the hash is taken; 0 by RFC 9276 3.1.
        package var iterations: UInt16
        /// What is hashed behind the name; empty by RFC 9276 3.1.
        package var salt: [UInt8]
        /// The next hash in order, binary.
        package var nextHashedOwner: [UInt8]
        /// The types at the owner, ascending.
        package var types: [RRType]

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(
            hashAlgorithm: UInt8,
            flags: UInt8,
            iterations: UInt16,
            salt: [UInt8],
            nextHashedOwner: [UInt8],
            types: [RRType]
        ) {
            self.hashAlgorithm = hashAlgorithm
            self.flags = flags
            self.iterations = iterations
            self.salt = salt
            self.nextHashedOwner = nextHashedOwner
            self.types = types
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            hashAlgorithm = try reader.readUInt8()
            flags = try reader.readUInt8()
            iterations = try reader.readUInt16()
            salt = try reader.readString()
            nextHashedOwner = try reader.readString()
            types = try TypeBitmap.decode(try reader.readRemaining())
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeUInt8(hashAlgorithm)
            try writer.writeUInt8(flags)
            try writer.writeUInt16(iterations)
            try writer.writeString(salt)
            try writer.writeString(nextHashedOwner)
            try writer.writeOctets(TypeBitmap.encode(types))
        }
    }
}
