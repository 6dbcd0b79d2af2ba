// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// Which records of the child the parent should copy.
    ///
    /// RFC 7477 2.1.1.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                   SOA SERIAL                  |
    ///      |                   (32 bits)                   |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                     FLAGS                     |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                  TYPE BIT MAP                 /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct CSYNC: RDataType {
        /// CSYNC.
        package static let type = RRType.csync
        /// The fields in wire order.
        package static let layout = RDataLayout(.uint32, .uint16, .typeBitmap)

        /// The SOA serial that the copy is for.
        package var serial: UInt32
        /// Bit 0 immediate, bit 1 wait for the serial.
        package var flags: UInt16
        /// The types to copy, ascending.
        package var types: [RRType]

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(serial: UInt32, flags: UInt16, types: [RRType]) {
            self.serial = serial
            self.flags = flags
            self.types = types
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            serial = try reader.readUInt32()
            flags = try reader.readUInt16()
            types = try TypeBitmap.decode(try reader.readRemaining())
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeUInt32(serial)
            try writer.writeUInt16(flags)
            try writer.writeOctets(TypeBitmap.encode(types))
        }
    }
}
