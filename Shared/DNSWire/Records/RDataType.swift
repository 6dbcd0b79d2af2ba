// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The typed RDATA of one record type.
package protocol RDataType: Sendable, Hashable {
    /// The record type.
    static var type: RRType { get }
    /// The fields in wire order: what `encode(to:)` writes always fits them.
    static var layout: RDataLayout { get }

    /// RDATA read from the reader's position up to its `end`, which the caller has narrowed to the RDATA.
    ///
    /// Checks no more than reading needs: `RDataValidator` tells whether the values may stand in a zone.
    init(fields reader: inout WireReader) throws(WireError)

    /// Writes the RDATA without a length in front; names of RFC 1035 types are compressed.
    ///
    /// Throws when a value does not fit its length field or the writer has no room.
    func encode(to writer: inout WireWriter) throws(WireError)
}

extension RDataType {
    /// RDATA of `length` octets at the reader's position; names in it may be compressed where RFC 3597 4 allows it.
    package init(wire reader: inout WireReader, length: Int) throws(WireError) {
        let end = try reader.narrow(to: length)
        try self.init(fields: &reader)
        try reader.widen(to: end)
    }

    /// RDATA of its uncompressed octets, valid by `RDataValidator`.
    package init(rdata: [UInt8]) throws(WireError) {
        try RDataValidator.validate(Self.type, rdata)
        var reader = WireReader(rdata.span)
        try self.init(wire: &reader, length: rdata.count)
    }

    /// The uncompressed octets, valid by `RDataValidator`.
    package func encoded() throws(WireError) -> [UInt8] {
        // A fresh writer knows no names: those of one RDATA must not point into each other either.
        var writer = WireWriter(capacity: 64)
        writer.compresses = false
        try encode(to: &writer)
        try RDataValidator.validate(Self.type, writer.octets)
        return writer.octets
    }
}

/// Tells the types apart that share one format.
package protocol RDataKind: Sendable {
    /// The record type.
    static var type: RRType { get }
}
