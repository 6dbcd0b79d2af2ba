// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension RData {
    /// A list of address prefixes.
    ///
    /// RFC 3123 4.
    ///
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    ///      /                    PREFIXES                   /
    ///      +--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+--+
    package struct APL: RDataType {
        /// APL.
        package static let type = RRType.apl
        /// The fields in wire order.
        package static let layout = RDataLayout(.apl)

        /// The prefixes in their order.
        package var prefixes: [AddressPrefix]

        /// RDATA of the fields; nothing is checked before it is encoded.
        package init(prefixes: [AddressPrefix]) {
            self.prefixes = prefixes
        }

        package init(fields reader: inout WireReader) throws(WireError) {
            prefixes = try AddressPrefix.readAll(&reader)
        }

        package func encode(to writer: inout WireWriter) throws(WireError) {
            try AddressPrefix.write(prefixes, to: &writer)
        }
    }
}
