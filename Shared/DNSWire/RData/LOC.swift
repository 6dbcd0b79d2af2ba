// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// Where the owner is on the earth.
    ///
    /// RFC 1876 2. A size is a digit and a power of ten, in the two halves of its octet, in centimetres.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |        VERSION        |         SIZE          |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |       HORIZ PRE       |       VERT PRE        |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                   LATITUDE                    |
    ///      |                   (32 bits)                   |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                   LONGITUDE                   |
    ///      |                   (32 bits)                   |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                   ALTITUDE                    |
    ///      |                   (32 bits)                   |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct LOC: RDataType {
        /// LOC.
        package static let type = RRType.loc
        /// The sixteen octets as one field: in text they are one expression.
        package static let layout = RDataLayout(.loc)

        /// Always 0.
        package var version: UInt8
        /// The diameter of the place.
        package var size: UInt8
        /// The horizontal precision.
        package var horizontalPrecision: UInt8
        /// The vertical precision.
        package var verticalPrecision: UInt8
        /// Thousandths of an arc second north of the equator, plus 2^31.
        package var latitude: UInt32
        /// Thousandths of an arc second east of the prime meridian, plus 2^31.
        package var longitude: UInt32
        /// Centimetres above a base 100,000 m below the reference spheroid.
        package var altitude: UInt32

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(
            version: UInt8 = 0,
            size: UInt8,
            horizontalPrecision: UInt8,
            verticalPrecision: UInt8,
            latitude: UInt32,
            longitude: UInt32,
            altitude: UInt32
        ) {
            self.version = version
            self.size = size
            self.horizontalPrecision = horizontalPrecision
            self.verticalPrecision = verticalPrecision
            self.latitude = latitude
            self.longitude = longitude
            self.altitude = altitude
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            version = try reader.readUInt8()
            size = try reader.readUInt8()
            horizontalPrecision = try reader.readUInt8()
            verticalPrecision = try reader.readUInt8()
            latitude = try reader.readUInt32()
            longitude = try reader.readUInt32()
            altitude = try reader.readUInt32()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeUInt8(version)
            try writer.writeUInt8(size)
            try writer.writeUInt8(horizontalPrecision)
            try writer.writeUInt8(verticalPrecision)
            try writer.writeUInt32(latitude)
            try writer.writeUInt32(longitude)
            try writer.writeUInt32(altitude)
        }
    }
}
