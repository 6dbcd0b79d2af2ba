// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// A host that takes mail for the owner.
    ///
    /// RFC 1035 3.3.9; a lone `0 .` says that there is none (RFC 7505 3).
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                   PREFERENCE                  |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                    EXCHANGE                   /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct MX: RDataType {
        /// MX.
        package static let type = RRType.mx
        /// The fields in wire order.
        package static let layout = RDataLayout(.uint16, .wellKnownName)

        /// Which host to try first: the lowest.
        package var preference: UInt16
        /// The name of the host.
        package var exchange: Name

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(preference: UInt16, exchange: Name) {
            self.preference = preference
            self.exchange = exchange
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            preference = try reader.readUInt16()
            exchange = try reader.readName()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeUInt16(preference)
            try writer.writeName(exchange)
        }
    }
}
