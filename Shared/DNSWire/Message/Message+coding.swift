// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension Message {
    /// The message that `octets` hold, all of them.
    ///
    /// Throws `badOPT` for an OPT record that is repeated, not in the additional section or not of the root.
    package init(wire octets: [UInt8]) throws(WireError) {
        var reader = WireReader(octets.span)
        try self.init(from: &reader)
        guard reader.isAtEnd else { throw .trailingOctets }
    }

    /// The message at the start of the reader's octets; what follows it is left.
    package init(from reader: inout WireReader) throws(WireError) {
        self.init(header: try MessageHeader(from: &reader))
        let counts = try SectionCounts(from: &reader)
        for _ in 0..<counts.questions { questions.append(try Question(from: &reader)) }
        answers = try Self.records(counts.answers, from: &reader)
        authorities = try Self.records(counts.authorities, from: &reader)
        for _ in 0..<counts.additionals {
            let owner = try reader.readName()
            let type = RRType(rawValue: try reader.readUInt16())
            if type == .opt {
                guard edns == nil, owner.isRoot else { throw .badOPT }
                let (edns, extendedBits) = try EDNS.decode(from: &reader)
                self.edns = edns
                rcode = RCode(header: header.rcodeBits, extended: extendedBits)
            } else {
                additionals.append(try ResourceRecord(owner: owner, type: type, from: &reader))
            }
        }
    }

    /// The message on the wire, names compressed; the OPT record comes first in the additional section.
    ///
    /// Throws `bufferFull` when it is longer than `limit` octets, and `badOPT` when the response code needs an OPT
    /// record that is not there.
    package func encoded(limit: Int = maximumLength) throws(WireError) -> [UInt8] {
        var writer = WireWriter(limit: limit)
        try encode(to: &writer)
        return writer.octets
    }

    /// The message behind its length in two octets, as TCP carries it (RFC 1035 4.2.2).
    package func encodedForStream() throws(WireError) -> [UInt8] {
        let octets = try encoded()
        return [UInt8(truncatingIfNeeded: octets.count >> 8), UInt8(truncatingIfNeeded: octets.count)] + octets
    }

    /// Writes the message at the start of an empty writer.
    package func encode(to writer: inout WireWriter) throws(WireError) {
        guard edns != nil || rcode.extendedBits == 0 else { throw .badOPT }
        var header = header
        header.rcodeBits = rcode.headerBits
        try header.encode(to: &writer)
        try SectionCounts(
            questions: Self.count(questions.count),
            answers: Self.count(answers.count),
            authorities: Self.count(authorities.count),
            additionals: Self.count(additionals.count + (edns == nil ? 0 : 1))
        ).encode(to: &writer)
        for question in questions { try question.encode(to: &writer) }
        for record in answers { try record.encode(to: &writer) }
        for record in authorities { try record.encode(to: &writer) }
        if let edns { try edns.encode(to: &writer, rcode: rcode) }
        for record in additionals { try record.encode(to: &writer) }
    }

    private static func records(
        _ count: UInt16,
        from reader: inout WireReader
    ) throws(WireError) -> [ResourceRecord] {
        var records: [ResourceRecord] = []
        for _ in 0..<count {
            let record = try ResourceRecord(from: &reader)
            guard record.type != .opt else { throw .badOPT }
            records.append(record)
        }
        return records
    }

    private static func count(_ count: Int) throws(WireError) -> UInt16 {
        guard let count = UInt16(exactly: count) else { throw .tooManyRecords }
        return count
    }
}
