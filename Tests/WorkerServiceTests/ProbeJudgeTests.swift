// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Database
import Testing

@testable import WorkerService

@Suite struct ProbeJudgeTests {
    private static let body = "www.example.com. 300 IN A 192.0.2.1\nwww.example.com. 300 IN A 192.0.2.2\n"

    private static func zone(isLive: Bool = true) -> ProbeZone {
        ProbeZone(id: 1, name: "example.com", version: 1, serial: 7, isLive: isLive, position: 1, sample: nil)
    }

    private static func answer(_ lines: String..., rcode: RCode = .noError, isAuthoritative: Bool = true) throws
        -> Message
    {
        let question = Question(name: try Name(text: "www.example.com."), type: .a)
        var message = Message.query(id: 1, question).response(rcode: rcode)
        message.header.isAuthoritative = isAuthoritative
        message.answers = try lines.map { try ResourceRecord(line: $0) }
        return message
    }

    private static func judgeSOA(_ answer: Message, isLive: Bool = true) throws -> String? {
        ProbeJudge.judge(answer, apex: try Name(text: "example.com."), zone: zone(isLive: isLive))
    }

    private static func judge(_ answer: Message) throws -> String? {
        ProbeJudge.judge(answer, owner: try Name(text: "www.example.com."), type: .a, body: body)
    }

    @Test func `the serial has to be the one that is published`() throws {
        let soa = { (serial: Int) in "example.com. 3600 IN SOA ns1.example.net. h.example.net. \(serial) 1 2 3 4" }
        #expect(try Self.judgeSOA(try Self.answer(soa(7))) == nil)
        #expect(try Self.judgeSOA(try Self.answer(soa(6))) == "serial 6 instead of 7")
        #expect(try Self.judgeSOA(try Self.answer(soa(7), isAuthoritative: false)) != nil)
        #expect(try Self.judgeSOA(try Self.answer()) != nil)
        #expect(try Self.judgeSOA(try Self.answer(rcode: .refused)) == "answers REFUSED")
    }

    @Test func `a zone that is gone is not to be served`() throws {
        let soa = "example.com. 3600 IN SOA ns1.example.net. h.example.net. 7 1 2 3 4"
        #expect(try Self.judgeSOA(try Self.answer(soa), isLive: false) != nil)
        #expect(try Self.judgeSOA(try Self.answer(rcode: .refused), isLive: false) == nil)
        #expect(try Self.judgeSOA(try Self.answer(rcode: .nameError), isLive: false) == nil)
    }

    @Test func `an RRset has to have the data and the TTL that are published, in any order`() throws {
        let one = "www.example.com. 300 IN A 192.0.2.1"
        let two = "www.example.com. 300 IN A 192.0.2.2"
        #expect(try Self.judge(try Self.answer(one, two)) == nil)
        #expect(try Self.judge(try Self.answer(two, one)) == nil)
        #expect(try Self.judge(try Self.answer(one)) == "answers other data")
        #expect(
            try Self.judge(try Self.answer(one, two, "www.example.com. 300 IN A 192.0.2.3")) == "answers other data"
        )
        #expect(try Self.judge(try Self.answer()) == "answers without the RRset")
        #expect(try Self.judge(try Self.answer(rcode: .nameError)) == "answers NXDOMAIN")
        let slow = [1, 2].map { "www.example.com. 301 IN A 192.0.2.\($0)" }
        #expect(try Self.judge(try Self.answer(slow[0], slow[1])) == "TTL 301 instead of 300")
    }

    @Test func `what a zone cut or a DNAME record hides is no difference`() throws {
        #expect(try Self.judge(try Self.answer(isAuthoritative: false)) == nil)
        #expect(try Self.judge(try Self.answer("example.com. 300 IN DNAME example.net.")) == nil)
    }

    @Test(arguments: [
        ("192.0.2.1:53", true), ("[2001:db8::1]:5353", true), ("192.0.2.1", false), ("x:53", false), ("", false),
    ])
    func `addresses are those that responders tell`(text: String, isGood: Bool) {
        #expect((Prober.address(text) != nil) == isGood)
    }
}
