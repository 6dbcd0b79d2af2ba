// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// RDATA of a type that has no struct of its own.
///
/// RFC 3597. The octets are kept as they are; those of the few obsolete types that have a layout are still checked.
package struct UnknownRData: Sendable, Hashable {
    /// The record type.
    package var type: RRType
    /// The uncompressed octets.
    package var octets: [UInt8]

    /// RDATA of a type and its octets.
    package init(type: RRType, octets: [UInt8]) {
        self.type = type
        self.octets = octets
    }
}
