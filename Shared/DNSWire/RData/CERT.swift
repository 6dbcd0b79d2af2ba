// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// A certificate or a list of revoked ones.
    ///
    /// RFC 4398 2.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                      TYPE                     |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                    KEY TAG                    |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |       ALGORITHM       /      CERTIFICATE      /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct CERT: RDataType {
        /// CERT.
        package static let type = RRType.cert
        /// The fields in wire order.
        package static let layout = RDataLayout(.certType, .uint16, .algorithm, .base64)

        /// The kind of certificate (2.1).
        package var certificateType: UInt16
        /// The tag of the key in it (RFC 4034 Appendix B), or 0.
        package var keyTag: UInt16
        /// The DNSSEC algorithm of the key, or 0.
        package var algorithm: UInt8
        /// The certificate.
        package var certificate: [UInt8]

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(certificateType: UInt16, keyTag: UInt16, algorithm: UInt8, certificate: [UInt8]) {
            self.certificateType = certificateType
            self.keyTag = keyTag
            self.algorithm = algorithm
            self.certificate = certificate
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            certificateType = try reader.readUInt16()
            keyTag = try reader.readUInt16()
            algorithm = try reader.readUInt8()
            certificate = try reader.readRemaining()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeUInt16(certificateType)
            try writer.writeUInt16(keyTag)
            try writer.writeUInt8(algorithm)
            try writer.writeOctets(certificate)
        }
    }
}
