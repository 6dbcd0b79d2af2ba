// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// A certificate bound to a name: the body of TLSA and SMIMEA.
    ///
    /// RFC 6698 2.1.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |         USAGE         |        SELECTOR       |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |     MATCHING TYPE     /      ASSOCIATION      /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct CertificateAssociation<Kind: RDataKind>: RDataType {
        /// The type that the kind stands for.
        package static var type: RRType { Kind.type }
        /// The fields in wire order.
        package static var layout: RDataLayout { .certificateAssociation }

        /// What the certificate is (2.1.1).
        package var usage: UInt8
        /// The whole certificate (0) or its key (1).
        package var selector: UInt8
        /// The data itself (0), its SHA-256 (1) or its SHA-512 (2).
        package var matchingType: UInt8
        /// The data to compare with.
        package var association: [UInt8]

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(usage: UInt8, selector: UInt8, matchingType: UInt8, association: [UInt8]) {
            self.usage = usage
            self.selector = selector
            self.matchingType = matchingType
            self.association = association
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            usage = try reader.readUInt8()
            selector = try reader.readUInt8()
            matchingType = try reader.readUInt8()
            association = try reader.readRemaining()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeUInt8(usage)
            try writer.writeUInt8(selector)
            try writer.writeUInt8(matchingType)
            try writer.writeOctets(association)
        }
    }
}

extension RDataLayout {
    /// The fields of `RData.CertificateAssociation`, kept apart since a generic type cannot store them.
    static let certificateAssociation = RDataLayout(.uint8, .uint8, .uint8, .hex)
}
