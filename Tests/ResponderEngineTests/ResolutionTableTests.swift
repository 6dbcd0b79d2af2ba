// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import ResponderEngine
import Testing
import ZoneStore

/// What naive servers get wrong about zones and names, one line a case: a question, and what has to come back.
@Suite struct ResolutionTableTests {
    /// The question, then the answer's code, authority, and types or records of the sections.
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var type: RRType
        var rcode = RCode.noError
        var isAuthoritative = true
        var answer: [String] = []
        var authority: [RRType] = []

        var testDescription: String { "\(name) \(type)" }
    }

    private static let parent = """
        @ SOA ns hostmaster 1 1 1 1 60
        @ NS ns
        ns A 192.0.2.1
        ds NS ns
        ds DS 1 13 2 \(String(repeating: "1", count: 64))
        nods NS ns
        hosted NS ns.hosted
        hosted DS 2 13 2 \(String(repeating: "2", count: 64))
        ns.hosted A 192.0.2.2
        stale.hosted A 192.0.2.3
        stale.undelegated A 192.0.2.4
        cross CNAME www.hosted
        crossed CNAME www.undelegated
        mxcross MX 1 www.undelegated
        a.*.mid A 192.0.2.5
        * TXT "any"
        under.cut.deep NS ns
        *.under.cut.deep A 192.0.2.6
        x.dn A 192.0.2.7
        dn DNAME ns
        dnapex DNAME z.
        c1 CNAME c1
        Case CNAME NS
        srv SRV 1 1 1 host.dn
        three CNAME three1
        three1 CNAME three2
        three2 TXT "end"
        """
    private static let hosted = "@ SOA ns hostmaster 1 1 1 1 60\n@ NS ns\nns A 192.0.2.2\nwww A 192.0.2.80"
    private static let ds2 = "hosted.z. 3600 IN DS 2 13 2 \(String(repeating: "2", count: 64))"

    static let cases: [Case] = [
        // 25: the nearest zone answers, but for DS at its apex.
        Case(name: "hosted.z.", type: .ds, answer: [ds2]),
        Case(name: "www.hosted.z.", type: .ds, authority: [.soa]),
        Case(name: "ns.hosted.z.", type: .a, answer: ["ns.hosted.z. 3600 IN A 192.0.2.2"]),
        Case(name: "stale.hosted.z.", type: .a, rcode: .nameError, authority: [.soa]),
        // A zone whose parent is not here answers for itself; the root has no parent.
        Case(name: "z.", type: .ds, authority: [.soa]),
        Case(name: "alone.q.", type: .ds, authority: [.soa]),
        // A zone within another that does not delegate it hides what the other has there.
        Case(name: "stale.undelegated.z.", type: .a, rcode: .nameError, authority: [.soa]),
        Case(name: "www.undelegated.z.", type: .a, answer: ["www.undelegated.z. 3600 IN A 192.0.2.80"]),
        // 26: not hosted.
        Case(name: "q.", type: .a, rcode: .refused, isAuthoritative: false),
        Case(name: "q.", type: .ds, rcode: .refused, isAuthoritative: false),
        Case(name: ".", type: .ns, rcode: .refused, isAuthoritative: false),
        // 28, 32: empty non-terminals and `*` in the middle of a name.
        Case(name: "mid.z.", type: .a, authority: [.soa]),
        Case(name: "*.mid.z.", type: .a, authority: [.soa]),
        Case(name: "x.mid.z.", type: .a, authority: [.soa]),
        Case(name: "a.*.mid.z.", type: .a, answer: ["a.*.mid.z. 3600 IN A 192.0.2.5"]),
        Case(name: "a.x.mid.z.", type: .a, authority: [.soa]),
        Case(name: "b.*.mid.z.", type: .txt, rcode: .nameError, authority: [.soa]),
        // 29, 30, 31: the wildcard of the closest encloser only, over any number of labels, never over a name.
        Case(name: "below.ns.z.", type: .txt, rcode: .nameError, authority: [.soa]),
        Case(name: "p.q.r.z.", type: .txt, answer: ["p.q.r.z. 3600 IN TXT \"any\""]),
        Case(name: "ns.z.", type: .txt, authority: [.soa]),
        Case(name: "*.z.", type: .txt, answer: ["*.z. 3600 IN TXT \"any\""]),
        Case(name: "q.z.", type: .ds, authority: [.soa]),
        // 34, 35: what lies below a cut or a DNAME is not seen, wildcards neither.
        Case(name: "x.under.cut.deep.z.", type: .a, isAuthoritative: false, authority: [.ns]),
        Case(name: "*.under.cut.deep.z.", type: .any, isAuthoritative: false, authority: [.ns]),
        Case(name: "x.under.cut.deep.z.", type: .ds, isAuthoritative: false, authority: [.ns]),
        Case(name: "cut.deep.z.", type: .a, authority: [.soa]),
        Case(
            name: "x.dn.z.",
            type: .a,
            rcode: .nameError,
            answer: ["dn.z. 3600 IN DNAME ns.z.", "x.dn.z. 3600 IN CNAME x.ns.z."],
            authority: [.soa]
        ),
        // 37, 38: NS and DS at a cut.
        Case(name: "ds.z.", type: .ns, isAuthoritative: false, authority: [.ns]),
        Case(name: "ds.z.", type: .ds, answer: ["ds.z. 3600 IN DS 1 13 2 \(String(repeating: "1", count: 64))"]),
        Case(name: "nods.z.", type: .ds, authority: [.soa]),
        Case(name: "nods.z.", type: .soa, isAuthoritative: false, authority: [.ns]),
        Case(name: "nods.z.", type: .any, isAuthoritative: false, authority: [.ns]),
        // 39, 41: chains end at the zone's edge, though another zone here goes on.
        Case(
            name: "cross.z.",
            type: .a,
            answer: ["cross.z. 3600 IN CNAME www.hosted.z."],
            authority: [.ns]
        ),
        Case(
            name: "crossed.z.",
            type: .a,
            rcode: .nameError,
            answer: ["crossed.z. 3600 IN CNAME www.undelegated.z."],
            authority: [.soa]
        ),
        Case(name: "cross.z.", type: .cname, answer: ["cross.z. 3600 IN CNAME www.hosted.z."]),
        Case(name: "c1.z.", type: .a, answer: ["c1.z. 3600 IN CNAME c1.z."]),
        Case(
            name: "three.z.",
            type: .txt,
            answer: [
                "three.z. 3600 IN CNAME three1.z.", "three1.z. 3600 IN CNAME three2.z.",
                "three2.z. 3600 IN TXT \"end\"",
            ]
        ),
        Case(name: "CASE.z.", type: .a, answer: ["CASE.z. 3600 IN CNAME NS.z.", "NS.z. 3600 IN A 192.0.2.1"]),
        // 44: DNAME.
        Case(name: "dn.z.", type: .dname, answer: ["dn.z. 3600 IN DNAME ns.z."]),
        Case(name: "dn.z.", type: .a, authority: [.soa]),
        Case(
            name: "q.dnapex.z.",
            type: .txt,
            answer: [
                "dnapex.z. 3600 IN DNAME z.", "q.dnapex.z. 3600 IN CNAME q.z.", "q.z. 3600 IN TXT \"any\"",
            ]
        ),
        // 46: no addresses of names that a DNAME hides.
        Case(name: "srv.z.", type: .srv, answer: ["srv.z. 3600 IN SRV 1 1 1 host.dn.z."]),
        // 49: ANY at an empty non-terminal and at a missing name.
        Case(name: "mid.z.", type: .any, authority: [.soa]),
        Case(name: "below.ns.z.", type: .any, rcode: .nameError, authority: [.soa]),
    ]

    private let fixture: ResponderFixture

    init() throws {
        fixture = try ResponderFixture(
            ("z.", Self.parent),
            ("hosted.z.", Self.hosted),
            ("undelegated.z.", Self.hosted),
            ("alone.q.", Self.hosted)
        )
    }

    @Test("zones and names", arguments: cases)
    func table(item: Case) throws {
        let message = try fixture.ask(item.name, item.type)
        #expect(message.rcode == item.rcode)
        #expect(message.header.isAuthoritative == item.isAuthoritative)
        let wanted = try item.answer.map { try ResourceRecord(line: $0) }
        #expect(message.answers.map(\.line) == wanted.map(\.line))
        #expect(message.authorities.map(\.type) == item.authority)
        if item.type == .srv { #expect(message.additionals.isEmpty) }
    }

    @Test("names of 255 octets and 127 labels are found, matched by wildcards and denied")
    func longestNames() throws {
        let apex = Name(validated: [1, 0x7A, 0])
        let deepest = try Name(labels: (0..<126).map { _ in [0x61] } + [[0x7A]])
        let widest = try Name(
            labels: [61, 63, 63, 61].map { [UInt8](repeating: 0x62, count: $0) } + [[0x7A]]
        )
        #expect(deepest.wire.count == 255 && widest.wire.count == 255)
        let zone = ModelZone(
            apex: apex,
            rrsets: try ModelZone("z.", "@ SOA a b 1 1 1 1 60").rrsets + [
                RRset(owner: deepest, type: .a, ttl: 60, rdatas: [[1, 2, 3, 4]]),
                RRset(owner: widest, type: .a, ttl: 60, rdatas: [[1, 2, 3, 5]]),
            ]
        )
        let other = try ResponderFixture()
        try other.put(ZoneSigner(zone: zone, denial: .nsec3(iterations: 0, salt: [], optOut: false)).sign())
        for name in [deepest, widest] {
            #expect(try other.ask(name, .a, signed: true).answers.count == 2)
            #expect(try other.ask(name, .txt, signed: true).authorities.filter { $0.type == .nsec3 }.count == 1)
            let missing = Name(validated: [name.wire[0], 0x63] + name.wire.dropFirst(2))
            let denied = try other.ask(missing, .a, signed: true)
            #expect(denied.rcode == .nameError)
            #expect(denied.questions.first?.name.wire == missing.wire)
        }
        try fixture.put(
            ModelZone(
                apex: apex,
                rrsets: zone.rrsets + [
                    RRset(owner: apex.wildcard, type: .txt, ttl: 60, rdatas: [[1, 0x61]])
                ]
            ),
            version: 9
        )
        let free = try Name(labels: (0..<126).map { _ in [0x63] } + [[0x7A]])
        #expect(try fixture.ask(free, .txt).answers.map(\.owner) == [free])
    }

    @Test("a DNAME makes names of up to 255 octets, and YXDOMAIN of longer ones, with the DNAME in the answer")
    func longestRedirection() throws {
        let target = [63, 63, 63].map { String(repeating: "t", count: $0) }.joined(separator: ".")
        try fixture.put("y.", "@ SOA a b 1 1 1 1 60\nd DNAME \(target)")
        // 3 × 64 octets, `y`, the root: 195; a label of 59 octets makes 255.
        let longest = try fixture.ask("\(String(repeating: "q", count: 59)).d.y.", .a)
        #expect(longest.rcode == .nameError)
        #expect(longest.answers.map(\.type) == [.dname, .cname])
        #expect(longest.answers.last?.rdata.count == 255)
        let tooLong = try fixture.ask("\(String(repeating: "q", count: 60)).d.y.", .a)
        try tooLong.expect(.nameExists, answer: ["d.y. 3600 IN DNAME \(target).y."])
    }

    @Test("a circle of eighteen CNAMEs is answered once around", arguments: [1, 2, 17, 18, 19])
    func circle(length: Int) throws {
        let links = (0..<length).map { "c\($0) CNAME c\(($0 + 1) % length)" }.joined(separator: "\n")
        try fixture.put("y.", "@ SOA a b 1 1 1 1 60\n\(links)")
        let message = try fixture.ask("c0.y.", .a)
        #expect(message.rcode == .noError)
        #expect(message.answers.count == min(length, 18))
        #expect(Set(message.answers).count == message.answers.count)
        #expect(message.authorities.isEmpty)
    }
}
