// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import ResponderEngine
import Testing

@Suite struct MessageTests {
    let fixture: ResponderFixture
    /// A query for `example.com. A IN` with RD set.
    let query: [UInt8] = [
        0xAB, 0xCD, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, 0, 7, 0x65, 0x58, 0x61, 0x6D, 0x70, 0x6C, 0x65, 3, 0x63, 0x6F, 0x6D,
        0, 0,
        1, 0, 1,
    ]
    /// An OPT record with a payload size of 4,096 and nothing else.
    let opt: [UInt8] = [0, 0, 41, 0x10, 0, 0, 0, 0, 0, 0, 0]

    init() throws {
        fixture = try .example()
    }

    private func query(counts: [UInt8] = [0, 1, 0, 0, 0, 0, 0, 0], adding octets: [UInt8] = []) -> [UInt8] {
        Array(query[..<4]) + counts + Array(query[12...]) + octets
    }

    private func query(opt octets: [UInt8]) -> [UInt8] {
        query(counts: [0, 1, 0, 0, 0, 0, 0, 1], adding: octets)
    }

    /// What comes back with only a code: the question, and an OPT record when `hasOPT`.
    private func expectEcho(_ response: [UInt8], _ code: UInt8, opcode: UInt8 = 0, hasOPT: Bool = false) {
        let header: [UInt8] = [0xAB, 0xCD, 0x81 | opcode << 3, code, 0, 1, 0, 0, 0, 0, 0, hasOPT ? 1 : 0]
        let record: [UInt8] = hasOPT ? [0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 0] : []
        #expect(response == header + query[12...] + record)
    }

    /// The header, opcode and code of a response of the header alone.
    private func expectBare(_ response: [UInt8], _ code: UInt8, opcode: UInt8 = 0) {
        #expect(response == [0xAB, 0xCD, 0x81 | opcode << 3, code, 0, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test("what is shorter than a header, and what is a response itself, gets no answer")
    func dropped() throws {
        for length in 0..<12 {
            #expect(try fixture.exchange(Array(query[..<length])).isEmpty)
        }
        var response = query
        response[2] |= 0x80
        #expect(try fixture.exchange(response).isEmpty)
    }

    @Test("a query that ends too early is FORMERR with id, opcode and RD, and counts of zero")
    func cutOff() throws {
        for length in 12..<query.count {
            expectBare(try fixture.exchange(Array(query[..<length])), 1)
        }
    }

    @Test("another number of questions than one is FORMERR", arguments: [[0, 0], [0, 2], [1, 1]] as [[UInt8]])
    func questionCount(count: [UInt8]) throws {
        expectBare(try fixture.exchange(query(counts: count + [0, 0, 0, 0, 0, 0])), 1)
    }

    @Test("FORMERR for two questions or none says that EDNS is spoken, when the query does")
    func questionCountWithOPT() throws {
        let record: [UInt8] = [0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 0]
        let expected: [UInt8] = [0xAB, 0xCD, 0x81, 1, 0, 0, 0, 0, 0, 0, 0, 1] + record
        let twice = Array(query[..<4]) + [0, 2, 0, 0, 0, 0, 0, 1] + query[12...] + query[12...] + opt
        #expect(try fixture.exchange(twice) == expected)
        #expect(try fixture.exchange(Array(query[..<4]) + [0, 0, 0, 0, 0, 0, 0, 1] + opt) == expected)
    }

    @Test("an unknown opcode is answered NOTIMP, with that opcode and the question")
    func opcodes() throws {
        for opcode in [1, 2, 3, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15] as [UInt8] {
            var other = query
            other[2] |= opcode << 3
            expectEcho(try fixture.exchange(other), 4, opcode: opcode)
            // What follows the header of such a message need not be questions and records.
            expectBare(try fixture.exchange(Array(other[..<4]) + [0, 0, 0, 0, 0, 0, 0, 0, 9, 9]), 4, opcode: opcode)
            expectBare(try fixture.exchange(Array(other[..<12]) + [0xFF]), 4, opcode: opcode)
        }
    }

    @Test(
        "NOTIFY and UPDATE of strangers are REFUSED with opcode and question, and FORMERR without one",
        arguments: [4, 5]
    )
    func foreignOpcodes(opcode: UInt8) throws {
        var other = query
        other[2] |= opcode << 3
        // AA is set in a NOTIFY, and must not come back.
        other[2] |= 4
        expectEcho(try fixture.exchange(other), 5, opcode: opcode)
        var extended = query(opt: opt)
        extended[2] |= opcode << 3
        expectEcho(try fixture.exchange(extended), 5, opcode: opcode, hasOPT: true)
        expectBare(try fixture.exchange(Array(other[..<4]) + [0, 0, 0, 0, 0, 0, 0, 0]), 1, opcode: opcode)
        expectBare(try fixture.exchange(Array(other.dropLast())), 1, opcode: opcode)
    }

    @Test("a NOTIFY with a newer EDNS version is BADVERS")
    func notifyVersion() throws {
        var newer = query(opt: Array(opt[..<6]) + [1] + opt[7...])
        newer[2] |= 4 << 3
        #expect(try Message(wire: fixture.exchange(newer)).rcode == .badVersion)
    }

    @Test("id, question and RD come back as they were, with AA and without RA, Z, AD and CD")
    func echo() throws {
        var asked = query
        asked[3] = 0x30
        let response = try fixture.exchange(asked)
        #expect(response[..<2] == [0xAB, 0xCD])
        #expect(response[2] == 0x85)
        #expect(response[3] == 0)
        #expect(response[12..<query.count] == query[12...])
        // The owner is a pointer to the question.
        #expect(response[query.count..<(query.count + 2)] == [0xC0, 12])
        asked[2] = 0
        #expect(try fixture.exchange(asked)[2] == 0x84)
    }

    @Test("reserved label types and pointers in the question are FORMERR", arguments: [0x40, 0x80, 0xC0] as [UInt8])
    func labelTypes(type: UInt8) throws {
        var bad = query
        bad[12] = type | 12
        expectBare(try fixture.exchange(bad), 1)
    }

    @Test("a name of 255 octets and 127 labels is answered, a longer one is FORMERR")
    func longNames() throws {
        func asked(_ labels: Int, _ last: [UInt8]) -> [UInt8] {
            let name = (0..<labels).flatMap { _ in [1, 0x61] as [UInt8] } + last + [0]
            return Array(query[..<12]) + name + [0, 1, 0, 1]
        }
        let longest = try Message(wire: fixture.exchange(asked(127, [])))
        #expect(longest.rcode == .refused)
        expectBare(try fixture.exchange(asked(126, [2, 0x61, 0x61])), 1)
        expectBare(try fixture.exchange(asked(128, [])), 1)
    }

    @Test("octets after the message are ignored")
    func trailing() throws {
        #expect(try fixture.exchange(query + [1, 2, 3]) == fixture.exchange(query))
    }

    @Test("without OPT the answer has none, with it one that says 1232 and version 0")
    func plainEDNS() throws {
        #expect(try Message(wire: fixture.exchange(query)).edns == nil)
        let edns = try #require(try Message(wire: fixture.exchange(query(opt: opt))).edns)
        #expect(edns.payloadSize == 1232 && edns.version == 0 && edns.flags == 0 && edns.options.isEmpty)
    }

    @Test("DO is copied, other flags and all options are not")
    func flagsAndOptions() throws {
        let unknown: [UInt8] = [0, 0, 41, 0x10, 0, 0, 0, 0xFF, 0xFF, 0, 6, 0xFD, 0xE9, 0, 2, 1, 2]
        let edns = try #require(try Message(wire: fixture.exchange(query(opt: unknown))).edns)
        #expect(edns.flags == 0x8000 && edns.options.isEmpty)
    }

    @Test("a version above 0 is BADVERS in version 0, with no answer")
    func badVersion() throws {
        var newer = opt
        newer[6] = 1
        let response = try Message(wire: fixture.exchange(query(opt: newer)))
        #expect(response.rcode == .badVersion)
        #expect(response.edns?.version == 0)
        #expect(response.answers.isEmpty && response.questions.count == 1)
        // What the options of that version look like is not known.
        let broken = try Message(wire: fixture.exchange(query(opt: newer.dropLast() + [3, 0, 1, 0])))
        #expect(broken.rcode == .badVersion && broken.edns?.options == [])
    }

    @Test("two OPT records, one outside of the additional section, or one not at the root are FORMERR")
    func misplacedOPT() throws {
        let twice = query(counts: [0, 1, 0, 0, 0, 0, 0, 2], adding: opt + opt)
        expectEcho(try fixture.exchange(twice), 1, hasOPT: true)
        expectEcho(try fixture.exchange(query(counts: [0, 1, 0, 1, 0, 0, 0, 0], adding: opt)), 1)
        expectEcho(try fixture.exchange(query(counts: [0, 1, 0, 0, 0, 1, 0, 0], adding: opt)), 1)
        expectEcho(try fixture.exchange(query(opt: [1, 0x61] + opt)), 1)
        expectEcho(try fixture.exchange(query(opt: [0xC0, 12] + opt.dropFirst())), 1)
    }

    @Test("options that do not fill the OPT record are FORMERR")
    func brokenOptions() throws {
        expectEcho(try fixture.exchange(query(opt: opt.dropLast() + [3, 0, 1, 0])), 1, hasOPT: true)
        expectEcho(try fixture.exchange(query(opt: opt.dropLast() + [5, 0, 1, 0, 9, 9])), 1, hasOPT: true)
    }

    @Test("records that are cut off are FORMERR with the question")
    func brokenRecords() throws {
        for length in 1..<opt.count {
            expectEcho(try fixture.exchange(query(opt: Array(opt[..<length]))), 1)
        }
        expectEcho(try fixture.exchange(query(opt: opt.dropLast() + [9])), 1)
        // A record more than there is.
        expectEcho(try fixture.exchange(query(counts: [0, 1, 0, 0, 0, 0, 0, 2], adding: opt)), 1, hasOPT: true)
        // A name that points to itself, and one that points forward.
        expectEcho(try fixture.exchange(query(opt: [0xC0, UInt8(query.count)] + opt.dropFirst())), 1)
        expectEcho(try fixture.exchange(query(opt: [0xC0, 0xFF] + opt.dropFirst())), 1)
    }

    @Test("an OPT record counts also behind others in the additional section")
    func notFirst() throws {
        let record: [UInt8] = [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4]
        let both = query(counts: [0, 1, 0, 0, 0, 0, 0, 2], adding: record + opt)
        #expect(try Message(wire: fixture.exchange(both)).edns != nil)
    }

    @Test(
        "the payload is at least 512 and at most what the server allows",
        arguments: [(0, 512), (300, 512), (600, 600), (1232, 1232), (65535, 1232)]
    )
    func payload(announced: Int, limit: Int) throws {
        let texts = (0..<20).map { "t TXT \"\($0) \(String(repeating: "x", count: 60))\"" }.joined(separator: "\n")
        // RRsets of growing size: the largest that fits tells the limit.
        let sized = (1...40).map { size in
            "s\(size) TXT "
                + (0...(size * 32 / 41)).map { _ in "\"\(String(repeating: "y", count: 40))\"" }.joined(separator: " ")
        }
        try fixture.put("size.test.", "@ SOA a b 1 1 1 1 1\n\(texts)\n\(sized.joined(separator: "\n"))")
        var largest = 0
        for size in 1...40 {
            let question = Question(
                name: try Name(labels: ["s\(size)", "size", "test"].map { Array($0.utf8) }),
                type: .txt
            )
            let edns = EDNS(payloadSize: UInt16(announced))
            let asked = try Message(header: MessageHeader(id: 7), questions: [question], edns: edns).encoded()
            let datagram = try fixture.exchange(asked)
            let stream = try fixture.exchange(asked, transport: .tcp4)
            #expect(datagram.count <= limit)
            let isTruncated = try Message(wire: datagram).header.isTruncated
            #expect(isTruncated == (stream.count > limit))
            if !isTruncated { largest = max(largest, datagram.count) }
        }
        #expect(largest > limit - 100)
    }

    @Test("a truncated answer has question and OPT, and whole RRsets or nothing")
    func truncation() throws {
        let edns = EDNS(payloadSize: 512)
        let datagram = try fixture.ask("many.example.com.", .txt, edns: edns, transport: .udp6)
        #expect(datagram.header.isTruncated && datagram.answers.isEmpty && datagram.edns != nil)
        #expect(datagram.rcode == .noError)
        let stream = try fixture.ask("many.example.com.", .txt, edns: edns, transport: .tcp6)
        #expect(!stream.header.isTruncated && stream.answers.count == 3)
    }

    @Test("glue that is needed sets TC when it does not fit, other additional records are left out silently")
    func requiredGlue() throws {
        let servers = (0..<14).map { index in
            "sub NS name-server-\(index).sub\nname-server-\(index).sub AAAA 2001:db8::\(index)"
        }
        let siblings = (0..<14).map { index in
            "sib NS name-server-\(index).other\nname-server-\(index).other AAAA 2001:db8::\(index)"
        }
        try fixture.put(
            "glue.test.",
            "@ SOA a b 1 1 1 1 1\nother NS ns.other\n\((servers + siblings).joined(separator: "\n"))"
        )
        let needed = try fixture.ask("x.sub.glue.test.", .a, transport: .udp4)
        #expect(needed.header.isTruncated)
        #expect(needed.authorities.count == 14)
        let helpful = try fixture.ask("x.sib.glue.test.", .a, transport: .udp4)
        #expect(!helpful.header.isTruncated)
        #expect(helpful.authorities.count == 14 && helpful.additionals.count < 14)
        let whole = try fixture.ask("x.sub.glue.test.", .a, transport: .tcp4)
        #expect(!whole.header.isTruncated && whole.additionals.count == 14)
    }

    @Test("meta-types are FORMERR, NOTIMP or REFUSED, and never answered")
    func metaTypes() throws {
        let codes: [UInt16: RCode] = [
            41: .formatError, 128: .formatError, 249: .formatError, 250: .formatError, 251: .refused, 252: .refused,
            253: .notImplemented, 254: .notImplemented,
        ]
        for (type, code) in codes {
            let response = try fixture.ask("example.com.", RRType(rawValue: type))
            #expect(response.rcode == code, "type \(type)")
            #expect(response.answers.isEmpty)
        }
    }

    @Test("every type number is answered without a trap")
    func allTypes() throws {
        for type in UInt16(0)...1024 {
            _ = try fixture.ask("web.example.com.", RRType(rawValue: type))
        }
        try fixture.ask("web.example.com.", RRType(rawValue: 65_280)).expect(authority: [exampleSOA])
    }

    @Test("class CH tells version and identity if configured, and refuses all else")
    func chaos() throws {
        var configuration = ResponderConfiguration()
        let chaos = RRClass(rawValue: 3)
        for name in ["version.bind.", "id.server.", "hostname.bind."] {
            #expect(try fixture.ask(name, .txt, rrclass: chaos).rcode == .refused)
        }
        configuration.versionText = Array("zw 1".utf8)
        configuration.identityText = Array("node-7".utf8)
        for (name, text) in [("VERSION.bind.", "zw 1"), ("id.server.", "node-7"), ("hostname.bind.", "node-7")] {
            let response = try fixture.ask(name, .txt, rrclass: chaos, configuration: configuration)
            #expect(response.answers.map(\.rdata) == [[UInt8(text.utf8.count)] + Array(text.utf8)])
            #expect(response.answers.first?.rrclass == chaos)
        }
        #expect(try fixture.ask("version.bind.", .a, rrclass: chaos, configuration: configuration).rcode == .refused)
        #expect(try fixture.ask("other.bind.", .txt, rrclass: chaos, configuration: configuration).rcode == .refused)
        #expect(try fixture.ask("version.bind.", .txt, configuration: configuration).rcode == .refused)
    }

    @Test("class HS is refused; class ANY is answered as IN, without authority")
    func classes() throws {
        #expect(try fixture.ask("example.com.", .a, rrclass: RRClass(rawValue: 4)).rcode == .refused)
        try fixture.ask("example.com.", .a, rrclass: RRClass(rawValue: 255)).expect(
            authoritative: false,
            answer: ["example.com. 3600 IN A 192.0.2.1"]
        )
    }

    @Test("only names in the data of RFC 1035's types are compressed")
    func compression() throws {
        func data(_ name: String, _ type: RRType) throws -> [UInt8] {
            let question = Question(
                name: try Name(labels: name.split(separator: ".").map { Array($0.utf8) }),
                type: type
            )
            let query = try Message(header: MessageHeader(id: 1), questions: [question]).encoded()
            let response = try fixture.exchange(query, transport: .tcp4)
            let start = query.count + 12
            let length = Int(response[start - 2]) << 8 | Int(response[start - 1])
            return Array(response[start..<(start + length)])
        }
        // `mail`, then a pointer to `example.com` in the question.
        #expect(try data("example.com", .mx).suffix(2).first.map { $0 >= 0xC0 } == true)
        #expect(try data("www.example.com", .cname) == [3, 0x77, 0x65, 0x62, 0xC0, 16])
        #expect(try data("_sip._tcp.example.com", .srv).last == 0)
        #expect(try data("svc.example.com", .svcb).last == 0)
        #expect(try data("dn.example.com", .dname).last == 0)
        #expect(try data("nap.example.com", .naptr).last == 0)
    }

}
