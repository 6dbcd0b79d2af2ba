// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// A host and port that offer a service.
    ///
    /// RFC 2782; the target is never compressed.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                    PRIORITY                   |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                     WEIGHT                    |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                      PORT                     |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                     TARGET                    /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct SRV: RDataType {
        /// SRV.
        package static let type = RRType.srv
        /// The fields in wire order.
        package static let layout = RDataLayout(.uint16, .uint16, .uint16, .foldedName)

        /// Which host to try first: the lowest.
        package var priority: UInt16
        /// The share of clients among hosts of one priority.
        package var weight: UInt16
        /// The port of the service.
        package var port: UInt16
        /// The name of the host; the root says that the service is not offered.
        package var target: Name

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(priority: UInt16, weight: UInt16, port: UInt16, target: Name) {
            self.priority = priority
            self.weight = weight
            self.port = port
            self.target = target
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            priority = try reader.readUInt16()
            weight = try reader.readUInt16()
            port = try reader.readUInt16()
            target = try reader.readName()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeUInt16(priority)
            try writer.writeUInt16(weight)
            try writer.writeUInt16(port)
            try writer.writeName(target, compress: false)
        }
    }
}
