// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import ResponderEngine
import Testing

@Suite struct ExplainTests {
    private let fixture: ResponderFixture

    init() throws {
        fixture = try .example()
    }

    private func explain(_ name: String, _ type: RRType, signed: Bool = false, room: Int = 65_535) throws -> [String] {
        var responder = try Responder(store: fixture.store, configuration: ResponderConfiguration())
        let explanation = responder.explain(try Name(text: name), type, wantsSignatures: signed, room: room)
        return explanation.lines { $0.text }
    }

    @Test("the explanation of a name's own records")
    func node() throws {
        #expect(
            try explain("web.example.com.", .txt) == [
                "the zone example.com. is the nearest one",
                "web.example.com. has records",
                "answer: web.example.com. TXT, 1 record",
            ]
        )
    }

    @Test("the explanation of what lies in no zone")
    func notHosted() throws {
        #expect(try explain("example.net.", .a) == ["no zone served here has example.net.: refused"])
    }

    @Test("the explanation of a wildcard's CNAME, which leads to a host")
    func wildcard() throws {
        #expect(
            try explain("q.cwild.example.com.", .a) == [
                "the zone example.com. is the nearest one",
                "q.cwild.example.com. does not exist; the closest name above it that does is cwild.example.com.",
                "the wildcard *.cwild.example.com. stands for it",
                "q.cwild.example.com. has a CNAME instead of the type",
                "answer: q.cwild.example.com. CNAME, 1 record",
                "the answer goes on at web.example.com.",
                "web.example.com. has records",
                "answer: web.example.com. A, 1 record",
            ]
        )
    }

    @Test("the explanation of a referral with glue, and of glue without room")
    func referral() throws {
        let lines = try explain("below.sub.example.com.", .a)
        #expect(
            lines.prefix(3) == [
                "the zone example.com. is the nearest one",
                "sub.example.com. is delegated: what is asked lies at or below this zone cut",
                "authority: sub.example.com. NS, 3 records",
            ]
        )
        #expect(lines.dropFirst(3).allSatisfy { $0.hasPrefix("additional: ") })
        #expect(lines.count == 8)
        try fixture.put(
            "glue.test.",
            "@ SOA a b 1 1 1 1 1\n"
                + (0..<14).map { "c NS ns-with-a-long-name-\($0).c\nns-with-a-long-name-\($0).c AAAA ::1" }
                .joined(separator: "\n")
        )
        let cut = try explain("c.glue.test.", .a, room: 700)
        #expect(cut.last == "additional: ns-with-a-long-name-13.c.glue.test. AAAA had no room")
    }

    @Test("the explanation of a DNAME, and of a chain that ends outside or in a circle")
    func chains() throws {
        #expect(
            try explain("a.dnout.example.com.", .a) == [
                "the zone example.com. is the nearest one",
                "dnout.example.com. has a DNAME, which redirects everything below it",
                "answer: dnout.example.com. DNAME, 1 record",
                "answer: a.dnout.example.com. CNAME, 1 record",
                "a.other.net. is outside of the zone: the answer ends here",
            ]
        )
        #expect(
            try explain("self.example.com.", .a).last
                == "self.example.com. was passed before, or the chain is too long: the answer ends here"
        )
        let long = String(repeating: "q", count: 60)
        #expect(
            try explain("\(long).long.example.com.", .a).last
                == "the redirected name would have more than 255 octets: YXDOMAIN"
        )
    }

    @Test("the explanation of nothing: a missing name, a missing type, an empty non-terminal, an empty wildcard")
    func nothing() throws {
        let soa = "authority: example.com. SOA, 1 record"
        #expect(
            try explain("x.nope.example.com.", .a).dropFirst() == [
                "x.nope.example.com. does not exist; the closest name above it that does is example.com.",
                "there is no wildcard *.example.com.: the name does not exist", soa,
            ]
        )
        #expect(
            try explain("web.example.com.", .caa).dropFirst() == [
                "web.example.com. has records", "web.example.com. has no records of type CAA", soa,
            ]
        )
        #expect(
            try explain("c.example.com.", .a).dropFirst() == [
                "c.example.com. has no records, but names below it have: it exists", soa,
            ]
        )
        #expect(
            try explain("any.star.example.com.", .a).dropFirst(2) == [
                "the wildcard *.star.example.com. stands for it, but only names below that have records", soa,
            ]
        )
    }

    @Test("the explanation of DS at an apex names the parent")
    func parent() throws {
        try fixture.put("sub.example.com.", "@ SOA a b 1 1 1 1 60")
        #expect(
            try explain("sub.example.com.", .ds) == [
                "the zone sub.example.com. is the nearest one",
                "the DS records of its apex belong to the zone above, example.com., which answers",
                "sub.example.com. has records",
                "answer: sub.example.com. DS, 1 record",
            ]
        )
    }

    @Test("the explanation of a denial names what is proved, and by which records")
    func proofs() throws {
        let zone = try ModelZone("s.", "@ SOA a b 1 1 1 1 60\n@ NS n.\nb A 192.0.2.1\nd A 192.0.2.1")
        try fixture.put(ZoneSigner(zone: zone, denial: .nsec).sign())
        #expect(
            try explain("c.s.", .a, signed: true).dropFirst(3) == [
                "authority: s. SOA, 1 record",
                "to be proved: there is no c.s.",
                "authority: b.s. NSEC, 1 record",
                "to be proved: there is no *.s.",
                "authority: s. NSEC, 1 record",
            ]
        )
        let signer = ZoneSigner(zone: zone, denial: .nsec3(iterations: 0, salt: [], optOut: false))
        try fixture.put(signer.sign(), version: 2)
        let hashed = try explain("c.s.", .a, signed: true)
        #expect(hashed.contains("to be proved: which types s. has"))
        let apex = signer.hashedOwner(signer.hash(zone.apex)).text
        #expect(hashed.contains("authority: \(apex) NSEC3, 1 record"))
    }

    @Test("an explanation's response is what a client gets, and leaves no trace in later answers")
    func response() throws {
        var responder = try Responder(store: fixture.store, configuration: ResponderConfiguration())
        let name = try Name(text: "www.example.com.")
        let explanation = responder.explain(name, .a)
        var message = try fixture.ask(name, .a)
        message.header = MessageHeader(id: 0, bits: 0x8400)
        #expect(try Message(wire: explanation.response) == message)
        #expect(responder.explain(name, .a) == explanation)
    }
}
