// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// The start of a zone of authority.
    ///
    /// RFC 1035 3.3.13; negative answers live for the least of MINIMUM and the TTL (RFC 2308 4).
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                     MNAME                     /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                     RNAME                     /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                     SERIAL                    |
    ///      |                   (32 bits)                   |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                    REFRESH                    |
    ///      |                   (32 bits)                   |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                     RETRY                     |
    ///      |                   (32 bits)                   |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                     EXPIRE                    |
    ///      |                   (32 bits)                   |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                    MINIMUM                    |
    ///      |                   (32 bits)                   |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct SOA: RDataType {
        /// SOA.
        package static let type = RRType.soa
        /// The fields in wire order.
        package static let layout = RDataLayout(.wellKnownName, .wellKnownName, .uint32, .ttl, .ttl, .ttl, .ttl)

        /// The primary server.
        package var mname: Name
        /// The mailbox of the person in charge, its first label the local part.
        package var rname: Name
        /// The version of the zone, compared by RFC 1982.
        package var serial: UInt32
        /// Seconds between looks of a secondary at the serial.
        package var refresh: UInt32
        /// Seconds before a failed look is repeated.
        package var retry: UInt32
        /// Seconds after which a secondary that hears nothing gives up the zone.
        package var expire: UInt32
        /// Seconds that a negative answer may be kept.
        package var minimum: UInt32

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(
            mname: Name,
            rname: Name,
            serial: UInt32,
            refresh: UInt32,
            retry: UInt32,
            expire: UInt32,
            minimum: UInt32
        ) {
            self.mname = mname
            self.rname = rname
            self.serial = serial
            self.refresh = refresh
            self.retry = retry
            self.expire = expire
            self.minimum = minimum
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            mname = try reader.readName()
            rname = try reader.readName()
            serial = try reader.readUInt32()
            refresh = try reader.readUInt32()
            retry = try reader.readUInt32()
            expire = try reader.readUInt32()
            minimum = try reader.readUInt32()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeName(mname)
            try writer.writeName(rname)
            try writer.writeUInt32(serial)
            try writer.writeUInt32(refresh)
            try writer.writeUInt32(retry)
            try writer.writeUInt32(expire)
            try writer.writeUInt32(minimum)
        }
    }
}
