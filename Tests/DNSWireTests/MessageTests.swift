// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing

@Suite struct MessageTests {
    /// `example.com. IN MX` with an answer, a name server and its address, compressed by hand.
    private let golden = hex(
        """
        1234 8580 0001 0001 0001 0002
        07 6578616D706C65 03 636F6D 00 000F 0001
        C00C 000F 0001 00000E10 0009 000A 04 6D61696C C00C
        C00C 0002 0001 00000E10 0005 02 6E73 C00C
        00 0029 04D0 00008000 0000
        C03E 0001 0001 0000003C 0004 C0000201
        """
    )

    @Test func `a message is read and written again`() throws {
        let message = try Message(wire: golden)
        #expect(message.header.id == 0x1234)
        #expect(message.header.isResponse)
        #expect(message.header.isAuthoritative)
        #expect(message.header.recursionDesired)
        #expect(message.header.recursionAvailable)
        #expect(!message.header.isTruncated)
        #expect(!message.header.authenticData)
        #expect(!message.header.checkingDisabled)
        #expect(message.header.opcode == .query)
        #expect(message.rcode == .noError)
        let zone = try name("example.com")
        #expect(message.questions == [Question(name: zone, type: .mx)])
        let exchange = RData.MX(preference: 10, exchange: try name("mail.example.com"))
        #expect(
            message.answers == [ResourceRecord(owner: zone, type: .mx, ttl: 3600, rdata: try exchange.encoded())]
        )
        let server = try name("ns.example.com")
        #expect(message.authorities.map(\.rdata) == [server.wire])
        #expect(
            message.additionals == [ResourceRecord(owner: server, type: .a, ttl: 60, rdata: [192, 0, 2, 1])]
        )
        #expect(message.edns == EDNS(payloadSize: 1232, dnssecOK: true))
        #expect(try message.encoded() == golden)
        #expect(try message.encodedForStream() == [0, UInt8(golden.count)] + golden)
    }

    @Test func `every shorter message is refused`() {
        for count in 0..<golden.count {
            #expect(throws: WireError.truncated) { try Message(wire: Array(golden[..<count])) }
        }
        #expect(throws: WireError.trailingOctets) { try Message(wire: golden + [0]) }
    }

    @Test func `a message longer than the limit is refused`() throws {
        let message = try Message(wire: golden)
        #expect(try message.encoded(limit: golden.count) == golden)
        for limit in 0..<golden.count {
            #expect(throws: WireError.bufferFull) { try message.encoded(limit: limit) }
        }
    }

    @Test func `a query and its response carry the same question`() throws {
        let question = Question(name: try name("WwW.example"), type: .aaaa)
        let query = Message.query(id: 7, question, recursionDesired: true, edns: EDNS())
        let octets = try query.encoded()
        #expect(
            octets
                == hex(
                    "0007 0100 0001 0000 0000 0001 03 577757 07 6578616D706C65 00 001C 0001 00 0029 04D0 00000000 0000"
                )
        )
        #expect(try Message(wire: octets) == query)
        let response = query.response(rcode: .nameError)
        #expect(try response.encoded() == hex("0007 8103 0001 0000 0000 0000 03 577757 07 6578616D706C65 00 001C 0001"))
    }

    @Test func `names are compressed in types of RFC 1035 only`() throws {
        let host = try name("a.b")
        var message = Message.query(id: 0, Question(name: host, type: .any))
        let wire = host.wire
        message.answers = [
            ResourceRecord(owner: host, type: .ns, ttl: 0, rdata: wire),
            ResourceRecord(owner: host, type: .dname, ttl: 0, rdata: wire),
            ResourceRecord(owner: host, type: .srv, ttl: 0, rdata: [0, 0, 0, 0, 0, 0] + wire),
            ResourceRecord(owner: host, type: .svcb, ttl: 0, rdata: [0, 0] + wire),
            ResourceRecord(owner: host, type: RRType(rawValue: 65_280), ttl: 0, rdata: wire),
        ]
        let octets = try message.encoded()
        let lengths = [2, 5, 11, 7, 5]
        #expect(octets.count == 12 + 9 + lengths.reduce(0) { $0 + 12 + $1 })
        #expect(try Message(wire: octets) == message)
    }

    @Test func `records of updates may have no RDATA`() throws {
        let octets = hex("0000 2800 0000 0001 0000 0000 00 0002 00FE 00000000 0000")
        let message = try Message(wire: octets)
        #expect(message.answers.first?.rdata == [])
        #expect(message.header.opcode == .update)
        #expect(try message.encoded() == octets)
    }

    @Test func `RDATA that is no such type is written as it is`() throws {
        var message = Message(header: MessageHeader(id: 0))
        message.answers = [ResourceRecord(owner: .root, type: .soa, ttl: 0, rdata: [1, 2, 3])]
        #expect(try message.encoded().suffix(3) == [1, 2, 3])
    }

    @Test func `more records than a section can count are refused`() {
        var message = Message(header: MessageHeader(id: 0))
        message.answers = Array(repeating: ResourceRecord(owner: .root, type: .a, ttl: 0, rdata: []), count: 65_536)
        #expect(throws: WireError.tooManyRecords) { try message.encoded() }
    }

    @Test func `header flags are set one by one`() {
        var header = MessageHeader(id: 0)
        var seen: [UInt16] = []
        func note(_ change: (inout MessageHeader, Bool) -> Void) {
            change(&header, true)
            seen.append(header.bits)
            change(&header, false)
            #expect(header.bits == 0)
        }
        note { $0.isResponse = $1 }
        note { $0.isAuthoritative = $1 }
        note { $0.isTruncated = $1 }
        note { $0.recursionDesired = $1 }
        note { $0.recursionAvailable = $1 }
        note { $0.authenticData = $1 }
        note { $0.checkingDisabled = $1 }
        #expect(seen == [0x8000, 0x0400, 0x0200, 0x0100, 0x0080, 0x0020, 0x0010])
        header.opcode = .update
        header.rcodeBits = 0xF5
        #expect(header.bits == 0x2805)
    }
}
