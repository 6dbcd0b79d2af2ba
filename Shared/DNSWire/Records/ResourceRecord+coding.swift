// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension ResourceRecord {
    /// The record at the reader's position, names in its RDATA expanded (RFC 1035 4.1.3).
    ///
    /// The RDATA is read no further than its names ask for: use `RDataValidator` before it is put into a zone.
    package init(from reader: inout WireReader) throws(WireError) {
        let owner = try reader.readName()
        try self.init(owner: owner, type: RRType(rawValue: try reader.readUInt16()), from: &reader)
    }

    /// The record whose class comes next in the reader.
    init(owner: Name, type: RRType, from reader: inout WireReader) throws(WireError) {
        self.owner = owner
        self.type = type
        rrclass = RRClass(rawValue: try reader.readUInt16())
        ttl = try reader.readUInt32()
        let end = try reader.narrow(to: Int(reader.readUInt16()))
        rdata = try RDataCompression.expand(type, &reader)
        try reader.widen(to: end)
    }

    /// Writes the record with its owner and the RDATA's names compressed as RFC 3597 4 allows.
    package func encode(to writer: inout WireWriter) throws(WireError) {
        try writer.writeName(owner)
        try writer.writeUInt16(type.rawValue)
        try writer.writeUInt16(rrclass.rawValue)
        try writer.writeUInt32(ttl)
        try writer.writeLengthPrefixed16 { (writer) throws(WireError) in
            try RDataCompression.write(type, rdata, to: &writer)
        }
    }
}
