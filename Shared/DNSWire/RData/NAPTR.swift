// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// A rule that rewrites a string into a name or URI.
    ///
    /// RFC 3403 4.1; the replacement is never compressed.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                     ORDER                     |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |                   PREFERENCE                  |
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |         LENGTH        /         FLAGS         /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |         LENGTH        /        SERVICES       /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      |         LENGTH        /         REGEXP        /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                  REPLACEMENT                  /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct NAPTR: RDataType {
        /// NAPTR.
        package static let type = RRType.naptr
        /// The fields in wire order.
        package static let layout = RDataLayout(.uint16, .uint16, .string, .string, .string, .foldedName)

        /// When the rule is tried: the lowest first.
        package var order: UInt16
        /// Which of the rules of one order is better: the lowest.
        package var preference: UInt16
        /// How the outcome is to be read.
        package var flags: [UInt8]
        /// The service that the outcome is for.
        package var services: [UInt8]
        /// The substitution, or empty.
        package var regexp: [UInt8]
        /// The next name, or the root.
        package var replacement: Name

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(
            order: UInt16,
            preference: UInt16,
            flags: [UInt8],
            services: [UInt8],
            regexp: [UInt8],
            replacement: Name
        ) {
            self.order = order
            self.preference = preference
            self.flags = flags
            self.services = services
            self.regexp = regexp
            self.replacement = replacement
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            order = try reader.readUInt16()
            preference = try reader.readUInt16()
            flags = try reader.readString()
            services = try reader.readString()
            regexp = try reader.readString()
            replacement = try reader.readName()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeUInt16(order)
            try writer.writeUInt16(preference)
            try writer.writeString(flags)
            try writer.writeString(services)
            try writer.writeString(regexp)
            try writer.writeName(replacement, compress: false)
        }
    }
}
