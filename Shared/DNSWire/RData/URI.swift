// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// Where a service is found.
    ///
    /// RFC 7553 4.5.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                    PRIORITY                   |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                     WEIGHT                    |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                     TARGET                    /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct URI: RDataType {
        /// URI.
        package static let type = RRType.uri
        /// The fields in wire order.
        package static let layout = RDataLayout(.uint16, .uint16, .longString)

        /// Which one to try first: the lowest.
        package var priority: UInt16
        /// The share of clients among those of one priority.
        package var weight: UInt16
        /// The URI.
        package var target: [UInt8]

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(priority: UInt16, weight: UInt16, target: [UInt8]) {
            self.priority = priority
            self.weight = weight
            self.target = target
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            priority = try reader.readUInt16()
            weight = try reader.readUInt16()
            target = try reader.readRemaining()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeUInt16(priority)
            try writer.writeUInt16(weight)
            try writer.writeOctets(target)
        }
    }
}
