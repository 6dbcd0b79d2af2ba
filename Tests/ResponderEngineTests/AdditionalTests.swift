// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import ResponderEngine
import Testing

/// What comes along in the additional section.
@Suite struct AdditionalTests {
    private static let zone = """
        @ SOA ns hostmaster 1 1 1 1 60
        @ NS ns
        ns A 192.0.2.1
        ns AAAA 2001:db8::1
        two A 192.0.2.2
        two AAAA 2001:db8::2
        four A 192.0.2.4
        alias CNAME two
        mx MX 1 two
        mx MX 2 TWO
        mx MX 3 ns.elsewhere.net.
        mxalias MX 1 alias
        selfmx MX 1 selfmx
        selfmx A 192.0.2.6
        srv SRV 1 1 1 two
        srv SRV 2 1 1 tWo
        srv SRV 3 1 1 four
        noservice SRV 0 0 0 .
        kx KX 1 two
        rt RT 1 four
        afsdb AFSDB 1 four
        mb MB four
        svc SVCB 1 two
        svcself SVCB 1 .
        svcself A 192.0.2.7
        svcself AAAA 2001:db8::7
        svcnone SVCB 0 .
        svcnone A 192.0.2.8
        web HTTPS 0 pool
        pool HTTPS 1 . alpn=h2
        pool HTTPS 2 two
        pool A 192.0.2.9
        cdn HTTPS 1 . alpn=h2
        cdn HTTPS 2 four
        cdn A 192.0.2.10
        tocdn CNAME cdn
        loop HTTPS 0 loop
        ring HTTPS 0 gnir
        gnir HTTPS 0 ring
        *.w A 192.0.2.11
        mxw MX 1 any.w
        naptra NAPTR 1 1 "A" "x" "" two
        naptrs NAPTR 1 1 "s" "x" "" srv
        naptru NAPTR 1 1 "u" "x" "!a!b!" .
        naptrp NAPTR 1 1 "p" "x" "" two
        naptr NAPTR 1 1 "" "x" "" naptra
        d DNAME two
        mxd MX 1 x.d
        sub NS ns.sub
        sub NS ns.other
        ns.sub A 192.0.2.20
        *.sub A 192.0.2.21
        other NS x.other
        other NS ns.other
        ns.other AAAA 2001:db8::22
        mxglue MX 1 ns.sub
        cutself NS cutself
        cutself A 192.0.2.23
        """

    private let fixture: ResponderFixture

    init() throws {
        fixture = try ResponderFixture(("z.", Self.zone))
    }

    private static let two = ["two.z. 3600 IN A 192.0.2.2", "two.z. 3600 IN AAAA 2001:db8::2"]
    private static let four = ["four.z. 3600 IN A 192.0.2.4"]
    private static let srv = [
        "srv.z. 3600 IN SRV 1 1 1 two.z.", "srv.z. 3600 IN SRV 2 1 1 tWo.z.", "srv.z. 3600 IN SRV 3 1 1 four.z.",
    ]

    /// Name, type and the additional section.
    static let cases: [(String, RRType, [String])] = [
        ("mx", .mx, two),
        ("mxalias", .mx, []),
        ("selfmx", .mx, ["selfmx.z. 3600 IN A 192.0.2.6"]),
        ("srv", .srv, two + four),
        ("noservice", .srv, []),
        ("kx", .kx, two),
        ("rt", RRType(rawValue: 21), four),
        ("afsdb", .afsdb, four),
        ("mb", RRType(rawValue: 7), four),
        ("svc", .svcb, two),
        ("svcself", .svcb, ["svcself.z. 3600 IN A 192.0.2.7", "svcself.z. 3600 IN AAAA 2001:db8::7"]),
        ("svcnone", .svcb, []),
        (
            "web", .https,
            [
                "pool.z. 3600 IN HTTPS 1 . alpn=h2", "pool.z. 3600 IN HTTPS 2 two.z.", "pool.z. 3600 IN A 192.0.2.9",
            ] + two
        ),
        ("cdn", .https, ["cdn.z. 3600 IN A 192.0.2.10"] + four),
        ("tocdn", .https, ["cdn.z. 3600 IN A 192.0.2.10"] + four),
        ("loop", .https, []),
        ("ring", .https, ["gnir.z. 3600 IN HTTPS 0 ring.z."]),
        ("mxw", .mx, ["any.w.z. 3600 IN A 192.0.2.11"]),
        ("naptra", .naptr, two),
        ("naptrs", .naptr, srv + two + four),
        ("naptru", .naptr, []),
        ("naptrp", .naptr, []),
        ("naptr", .naptr, []),
        ("mxd", .mx, []),
        ("mxglue", .mx, []),
        ("sub", .a, ["ns.sub.z. 3600 IN A 192.0.2.20", "ns.other.z. 3600 IN AAAA 2001:db8::22"]),
        ("other", .a, ["ns.other.z. 3600 IN AAAA 2001:db8::22"]),
        ("cutself", .a, ["cutself.z. 3600 IN A 192.0.2.23"]),
    ]

    @Test("each type brings along what its RFC says, once", arguments: cases)
    func additional(name: String, type: RRType, expected: [String]) throws {
        let message = try fixture.ask("\(name).z.", type)
        let wanted = try expected.map { try ResourceRecord(line: $0) }
        #expect(Message.lines(message.additionals) == Message.lines(wanted))
    }

    @Test("what stands in the answer does not come along again")
    func answered() throws {
        var configuration = ResponderConfiguration()
        configuration.isMinimal = false
        let message = try fixture.ask("ns.z.", .a, configuration: configuration)
        #expect(Message.lines(message.additionals) == ["ns.z. 3600 IN AAAA 2001:db8::1"])
        let both = try fixture.ask("srv.z.", .srv, configuration: configuration)
        #expect(Set(both.additionals).count == both.additionals.count)
        #expect(both.additionals.count == 5)
    }

    @Test("the additional section loses whole RRsets, and TC is for glue only")
    func room() throws {
        let many = (0..<6).map { "big MX \($0) m\($0)\nm\($0) A 192.0.2.1\nm\($0) A 192.0.2.2\nm\($0) AAAA ::1" }
        let glue = (0..<6).map {
            "cut NS m\($0).cut\nm\($0).cut A 192.0.2.1\nm\($0).cut A 192.0.2.2\nm\($0).cut AAAA ::1"
        }
        let fixture = try ResponderFixture(("r.", "@ SOA a b 1 1 1 1 1\n" + (many + glue).joined(separator: "\n")))
        var asker = try ModelAsker(fixture)
        for (text, type) in [("big.r.", RRType.mx), ("cut.r.", .a)] {
            let name = try Name(text: text)
            let whole = try asker.ask(name, type, signed: false)
            for size in 300..<700 {
                let cut = try asker.ask(name, type, signed: false, room: size)
                #expect(cut.answers == whole.answers || cut.answers.isEmpty)
                #expect(cut.authorities == whole.authorities || cut.authorities.isEmpty)
                let groups = Dictionary(grouping: cut.additionals) { "\($0.owner.wire) \($0.type)" }
                for (_, members) in groups { #expect(members.count == (members[0].type == .a ? 2 : 1)) }
                let isWhole = cut.answers == whole.answers && cut.authorities == whole.authorities
                let lacksGlue = type == .a && cut.additionals.count < whole.additionals.count
                #expect(cut.header.isTruncated == (!isWhole || lacksGlue), "\(text) in \(size)")
            }
            #expect(whole.additionals.count == 18)
        }
    }
}
