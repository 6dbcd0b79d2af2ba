// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import ResponderEngine
import Testing

/// Names in responses are compressed right, and as far as they can be.
@Suite struct WriterNamesTests {
    let fixture: ResponderFixture

    init() throws {
        fixture = try .example()
    }

    static func lower(_ octet: UInt8) -> UInt8 { 0x41...0x5A ~= octet ? octet | 0x20 : octet }

    /// The octets that answer a question over TCP.
    func ask(_ name: String, _ type: RRType) throws -> [UInt8] {
        let question = Question(name: try Name(text: name), type: type)
        return try fixture.exchange(
            Message(header: MessageHeader(id: 1), questions: [question]).encoded(),
            transport: .tcp4
        )
    }

    @Test("names of a zone point to the longest end that stands in the message, whatever the case")
    func longestEnd() throws {
        try fixture.put(
            "zone.test.",
            """
            @ SOA ns1 hostmaster.NS1 1 1 1 1 1
            @ NS a.b.c.NS1
            @ NS b.c.ns1
            @ NS x.b.c.ns1
            @ NS elsewhere.TEST.
            @ NS .
            """
        )
        let answer = try ask("Zone.Test.", .ns)
        let message = try Message(wire: answer)
        let targets = ["a.b.c.ns1.zone.test.", "b.c.ns1.zone.test.", "x.b.c.ns1.zone.test.", "elsewhere.test.", "."]
        #expect(
            Set(message.answers.map { $0.rdata.map(Self.lower) })
                == Set(try targets.map { try Name(text: $0).wire.map(Self.lower) })
        )
        // Header and question, five records of 12 octets before their names, and of these only the new labels and what
        // closes them: `a.b.c.ns1` and a pointer, a pointer, `x` and a pointer, `elsewhere` and a pointer, the root.
        let names = [12, 2, 4, 12, 1]
        #expect(answer.count == 27 + 5 * 12 + names.reduce(0, +))
        let soa = try ask("zone.test.", .soa)
        #expect(soa.count == 27 + 12 + 6 + 13 + 20)
    }

    @Test("octets that look like the end of another name, but are within a label, are not pointed to")
    func noLabels() throws {
        // The label `a\003www` ends with the octets of a length and a label of the question's.
        try fixture.put(
            "odd.test.",
            """
            @ SOA ns1 hostmaster 1 1 1 1 1
            @ NS ns1
            @ MX 1 a\\003www
            www MX 1 a\\003www
            a\\003www A 192.0.2.1
            """
        )
        let odd = try Name(labels: [[0x61, 3] + Array("www".utf8), Array("odd".utf8), Array("test".utf8)])
        for name in ["odd.test.", "www.odd.test."] {
            let message = try Message(wire: try ask(name, .mx))
            #expect(message.answers.map { Array($0.rdata[2...]) } == [odd.wire])
            #expect(message.additionals.map(\.owner) == [odd])
        }
    }

    @Test("many names, more than are pointed to, are all right, and the usual ends still point to the question")
    func manyNames() throws {
        let count = 200
        let lines = (0..<count).map { "@ NS host\($0).group\($0 % 50)" }.joined(separator: "\n")
        try fixture.put("many.test.", "@ SOA ns1 hostmaster 1 1 1 1 1\n\(lines)")
        let answer = try ask("many.test.", .ns)
        let message = try Message(wire: answer)
        let wanted = try (0..<count).map { try Name(text: "host\($0).group\($0 % 50).many.test.").wire }
        #expect(Set(message.answers.map(\.rdata)) == Set(wanted))
        #expect(answer.count < 12 + 15 + count * (12 + 8 + 8 + 2))
    }

    @Test("a record that does not fit leaves no names behind that later ones would point to")
    func rewinding() throws {
        let text = String(repeating: "x", count: 60)
        try fixture.put(
            "tight.test.",
            """
            @ SOA ns1 hostmaster 1 1 1 1 1
            @ NS ns1
            sub NS a.\(text)1.sub
            sub NS b.\(text)2.sub
            sub NS c.\(text)3.sub
            sub NS d.\(text)4.sub
            sub NS e.\(text)5.sub
            a.\(text)1.sub A 192.0.2.1
            a.\(text)1.sub AAAA 2001:db8::1
            b.\(text)2.sub A 192.0.2.2
            b.\(text)2.sub AAAA 2001:db8::2
            c.\(text)3.sub A 192.0.2.3
            d.\(text)4.sub A 192.0.2.4
            e.\(text)5.sub A 192.0.2.5
            """
        )
        for payload in stride(from: UInt16(512), through: 700, by: 4) {
            // A message that points to where nothing stands does not decode, or has other names.
            let message = try fixture.ask(
                "host.sub.tight.test.",
                .a,
                edns: EDNS(payloadSize: payload),
                transport: .udp4
            )
            #expect(message.authorities.allSatisfy { $0.type == .ns })
            let servers = Set(message.authorities.map(\.rdata))
            #expect(message.additionals.allSatisfy { servers.contains($0.owner.wire) })
            #expect(message.authorities.count == 5 || message.header.isTruncated)
        }
    }
}
