// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// Text in one or more strings: the body of TXT and SPF.
    ///
    /// RFC 1035 3.3.14.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                    TXT-DATA                   /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct Text<Kind: RDataKind>: RDataType {
        /// The type that the kind stands for.
        package static var type: RRType { Kind.type }
        /// The fields in wire order.
        package static var layout: RDataLayout { .text }

        /// The strings in their order, each of at most 255 octets and possibly empty.
        package var strings: [[UInt8]]

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(strings: [[UInt8]]) {
            self.strings = strings
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            strings = try reader.readStrings()
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try writer.writeStrings(strings)
        }
    }
}

extension RDataLayout {
    /// The fields of `RData.Text`, kept apart since a generic type cannot store them.
    static let text = RDataLayout(.strings)
}
