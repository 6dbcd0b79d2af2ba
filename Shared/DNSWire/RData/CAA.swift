// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// Which authority may issue certificates for the owner.
    ///
    /// RFC 8659 4.1.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |         FLAGS         |         LENGTH        |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                      TAG                      /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                     VALUE                     /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct CAA: RDataType {
        /// CAA.
        package static let type = RRType.caa
        /// The fields in wire order.
        package static let layout = RDataLayout(.uint8, .tag, .longString)

        /// Bit 7 set: an authority that does not know the tag must not issue.
        package var flags: UInt8
        /// The property, of ASCII letters and digits.
        package var tag: [UInt8]
        /// What the property says.
        package var value: [UInt8]

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(flags: UInt8, tag: [UInt8], value: [UInt8]) {
            self.flags = flags
            self.tag = tag
            self.value = value
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            flags = try reader.readUInt8()
            tag = try reader.readString()
            value = try reader.readRemaining()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeUInt8(flags)
            try writer.writeString(tag)
            try writer.writeOctets(value)
        }
    }
}
