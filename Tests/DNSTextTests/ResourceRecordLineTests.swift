// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing

@Suite struct ResourceRecordLineTests {
    @Test("A record is one line and back")
    func roundTrips() throws {
        let record = ResourceRecord(
            owner: try Name(text: "a\\032b.Example."),
            type: .mx,
            ttl: 300,
            rdata: [0, 10, 1, 0x6D, 0]
        )
        #expect(record.line == "a\\032b.Example. 300 IN MX 10 m.")
        let parsed = try ResourceRecord(line: record.line)
        #expect(parsed == record)
        #expect(parsed.owner.wire == record.owner.wire)
    }

    @Test(
        "A line that is not one whole record is refused",
        arguments: [
            ("", 0, .missing("a domain name")),
            (" a. 60 IN A 192.0.2.1", 0, .missing("an owner")),
            ("a 60 IN A 192.0.2.1", 0, .relativeNameWithoutOrigin),
            ("a. IN A 192.0.2.1", 6, .missing("a TTL")),
            ("a. 60 60 A 192.0.2.1", 6, .invalid("a record type")),
            ("a. 60 IN", 8, .missing("a record type")),
            ("a. 60 IN OPT \\# 0", 9, .metaType("OPT")),
            ("a. 60 IN A 192.0.2.1\nb. 60 IN A 192.0.2.1", 21, .trailingText),
            ("a. 60 IN A 192.0.2.1 ( x", 21, .unclosedParenthesis),
        ] as [(String, Int, TextError.Reason)]
    )
    func refuses(line: String, offset: Int, reason: TextError.Reason) {
        #expect(throws: TextError(offset: offset, reason: reason)) { try ResourceRecord(line: line) }
    }

    @Test("A type without a layout is printed as a number")
    func printsOpaqueTypes() throws {
        let record = ResourceRecord(owner: .root, type: try #require(RRType(mnemonic: "NULL")), ttl: 1, rdata: [1])
        #expect(record.line == ". 1 IN TYPE10 \\# 1 01")
        #expect(try ResourceRecord(line: ". 1 IN NULL \\# 1 01") == record)
    }
}
