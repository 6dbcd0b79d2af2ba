// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import DNSWire

/// A message taken apart into what was signed and the signature.
package struct SignedMessage: Sendable {
    /// The message as it was before it was signed: no TSIG record, and the identifier of that time.
    package let body: [UInt8]
    /// The identifier that the message came with; a forwarder may have changed it.
    package let id: UInt16
    /// The signature; nil when there is none.
    package let tsig: TSIGRecord?

    /// Takes apart `message`.
    ///
    /// Throws for what cannot be read, and for a TSIG record that is not the last one or one of several
    /// (RFC 8945 5.1).
    package init(_ message: [UInt8]) throws(WireError) {
        var reader = WireReader(message.span)
        id = try reader.readUInt16()
        try reader.skip(2)
        let counts = try SectionCounts(from: &reader)
        for _ in 0..<counts.questions {
            try reader.skipName()
            try reader.skip(4)
        }
        let records = Int(counts.answers) + Int(counts.authorities) + Int(counts.additionals)
        var start = message.count
        var found: TSIGRecord?
        for index in 0..<records {
            guard found == nil else { throw .badValue }
            let offset = reader.position
            let owner = try reader.readName()
            guard RRType(rawValue: try reader.readUInt16()) == .tsig else {
                try reader.skip(6)
                try reader.skip(Int(reader.readUInt16()))
                continue
            }
            guard index == records - 1, counts.additionals > 0 else { throw .badValue }
            found = try TSIGRecord(keyName: owner, from: &reader)
            start = offset
        }
        guard reader.isAtEnd else { throw .trailingOctets }
        tsig = found
        var body = Array(message[..<start])
        if let found {
            body.setNumber(counts.additionals - 1, at: 10)
            body.setNumber(found.originalID, at: 0)
        }
        self.body = body
    }

    /// The body with the identifier that the message came with: what an answer is made from.
    package var query: [UInt8] {
        var query = body
        query.setNumber(id, at: 0)
        return query
    }
}
