// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// The fingerprint of a host key of SSH.
    ///
    /// RFC 4255 3.1, RFC 6594.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |       ALGORITHM       |        FP TYPE        |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                  FINGERPRINT                  /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct SSHFP: RDataType {
        /// SSHFP.
        package static let type = RRType.sshfp
        /// The fields in wire order.
        package static let layout = RDataLayout(.uint8, .uint8, .hex)

        /// The algorithm of the key.
        package var algorithm: UInt8
        /// The hash function: 1 SHA-1, 2 SHA-256.
        package var fingerprintType: UInt8
        /// The hash of the key.
        package var fingerprint: [UInt8]

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(algorithm: UInt8, fingerprintType: UInt8, fingerprint: [UInt8]) {
            self.algorithm = algorithm
            self.fingerprintType = fingerprintType
            self.fingerprint = fingerprint
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            algorithm = try reader.readUInt8()
            fingerprintType = try reader.readUInt8()
            fingerprint = try reader.readRemaining()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeUInt8(algorithm)
            try writer.writeUInt8(fingerprintType)
            try writer.writeOctets(fingerprint)
        }
    }
}
