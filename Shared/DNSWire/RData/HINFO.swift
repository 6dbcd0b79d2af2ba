// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// The machine and system of a host, or the answer to an ANY query (RFC 8482 4.2).
    ///
    /// RFC 1035 3.3.2.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |         LENGTH        /          CPU          /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |         LENGTH        /           OS          /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct HINFO: RDataType {
        /// HINFO.
        package static let type = RRType.hinfo
        /// The fields in wire order.
        package static let layout = RDataLayout(.string, .string)

        /// The kind of machine.
        package var cpu: [UInt8]
        /// The operating system.
        package var os: [UInt8]

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(cpu: [UInt8], os: [UInt8]) {
            self.cpu = cpu
            self.os = os
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            cpu = try reader.readString()
            os = try reader.readString()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeString(cpu)
            try writer.writeString(os)
        }
    }
}
