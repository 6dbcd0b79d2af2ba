// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Names in RDATA on their way into a message and out of it.
///
/// RFC 3597 4: only names in the types of RFC 1035 are compressed. A reader also follows pointers in later types that
/// were once sent with them; in types made since then, such as NSEC and SVCB, a pointer is an error.
package enum RDataCompression {
    /// The RDATA from the reader's position up to its `end`, with the names in it expanded.
    ///
    /// No RDATA at all, as updates have it (RFC 2136 2.4), is given back as it is for every type.
    package static func expand(_ type: RRType, _ reader: inout WireReader) throws(WireError) -> [UInt8] {
        guard let layout = RDataLayout.of(type), layout.hasNames, !reader.isAtEnd else {
            return try reader.readRemaining()
        }
        var rdata: [UInt8] = []
        rdata.reserveCapacity(reader.remaining + 64)
        for field in layout.fields[..<layout.nameEnd] {
            if case .name(_, let lowercase) = field {
                rdata.append(contentsOf: try reader.readName(pointers: lowercase ? .allowed : .forbidden).wire)
            } else {
                let start = reader.position
                try RDataValidator.skip(field, in: &reader, pointers: .forbidden)
                rdata.append(contentsOf: reader.copy(start..<reader.position))
            }
        }
        rdata.append(contentsOf: try reader.readRemaining())
        return rdata
    }

    /// Writes uncompressed RDATA, with the names compressed that may be.
    ///
    /// Octets that do not fit the layout of `type` are written as they are.
    package static func write(
        _ type: RRType,
        _ rdata: [UInt8],
        to writer: inout WireWriter
    ) throws(WireError) {
        guard let layout = RDataLayout.of(type), layout.hasCompressibleNames, fits(layout, rdata) else {
            return try writer.writeOctets(rdata)
        }
        var reader = WireReader(rdata.span)
        for field in layout.fields[..<layout.nameEnd] {
            if case .name(let compressible, _) = field {
                try writer.writeName(reader.readName(pointers: .forbidden), compress: compressible)
            } else {
                let start = reader.position
                try RDataValidator.skip(field, in: &reader, pointers: .forbidden)
                try writer.writeOctets(rdata[start..<reader.position])
            }
        }
        try writer.writeOctets(rdata[reader.position...])
    }

    private static func fits(_ layout: RDataLayout, _ rdata: [UInt8]) -> Bool {
        var reader = WireReader(rdata.span)
        do throws(WireError) {
            for field in layout.fields[..<layout.nameEnd] {
                try RDataValidator.skip(field, in: &reader, pointers: .forbidden)
            }
            return true
        } catch {
            return false
        }
    }
}
