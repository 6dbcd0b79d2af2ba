// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import ResponderEngine
import Testing

@Suite struct ResolutionTests {
    let fixture: ResponderFixture

    init() throws {
        fixture = try .example()
    }

    private func ask(_ name: String, _ type: RRType) throws -> Message {
        try fixture.ask(name.isEmpty ? "example.com." : "\(name).example.com.", type)
    }

    @Test("an exact match is answered, and the positive SOA keeps its TTL")
    func exact() throws {
        try ask("", .a).expect(answer: ["example.com. 3600 IN A 192.0.2.1"])
        try ask("", .soa).expect(
            answer: ["example.com. 3600 IN SOA ns1.example.com. hostmaster.example.com. 7 7200 900 1209600 300"]
        )
        try ask("web", .txt).expect(answer: ["web.example.com. 600 IN TXT \"web\""])
        try ask("", .txt).expect(answer: ["example.com. 3600 IN TXT \"one\" \"two\" \"\""])
        try ask("MiXeD", .a).expect(answer: ["MiXeD.example.com. 3600 IN A 192.0.2.26"])
        try ask("\\000\\.b", .a).expect(answer: ["\\000\\.b.example.com. 3600 IN A 192.0.2.60"])
    }

    @Test("a missing type is NODATA with the smaller of the SOA's TTL and MINIMUM", arguments: ["web", "", "ns1"])
    func noData(name: String) throws {
        try ask(name, .caa).expect(authority: [exampleSOA])
    }

    @Test("an empty non-terminal has no data, but exists", arguments: ["b.c", "c", "star", "_tcp", "ent.wild"])
    func emptyNonTerminal(name: String) throws {
        try ask(name, .a).expect(authority: [exampleSOA])
    }

    @Test(
        "a name that does not exist is NXDOMAIN, also below a host and below a CNAME",
        arguments: ["nope", "x.y.nope", "below.web", "below.www", "x.b.c", "x.a.b.c", "y.ent.wild", "b.host.wild"]
    )
    func nameError(name: String) throws {
        try ask(name, .a).expect(.nameError, authority: [exampleSOA])
    }

    @Test("a wildcard matches names of any number of labels, with the question's name as owner")
    func wildcard() throws {
        try ask("x.wild", .a).expect(answer: ["x.wild.example.com. 3600 IN A 192.0.2.90"])
        try ask("X.y.z.wild", .a).expect(answer: ["X.y.z.wild.example.com. 3600 IN A 192.0.2.90"])
        try ask("x.wild", .txt).expect(authority: [exampleSOA])
        try ask("*.wild", .a).expect(answer: ["*.wild.example.com. 3600 IN A 192.0.2.90"])
        try ask("wild", .a).expect(authority: [exampleSOA])
    }

    @Test("an existing name is not covered by a wildcard, whatever types it has")
    func wildcardBlocked() throws {
        try ask("host.wild", .a).expect(authority: [exampleSOA])
        try ask("ent.wild", .a).expect(authority: [exampleSOA])
    }

    @Test("a wildcard that is an empty non-terminal gives NODATA; within a name it is a plain label")
    func wildcardInTheMiddle() throws {
        try ask("any.star", .a).expect(authority: [exampleSOA])
        try ask("sub.*.star", .a).expect(answer: ["sub.*.star.example.com. 3600 IN A 192.0.2.92"])
        try ask("sub.x.star", .a).expect(authority: [exampleSOA])
    }

    @Test("a wildcard CNAME is expanded and followed")
    func wildcardAlias() throws {
        try ask("q.cwild", .a).expect(
            answer: ["q.cwild.example.com. 3600 IN CNAME web.example.com.", "web.example.com. 3600 IN A 192.0.2.80"]
        )
    }

    @Test("a CNAME is followed within the zone, unless it is what was asked for")
    func alias() throws {
        let cname = "www.example.com. 3600 IN CNAME web.example.com."
        try ask("www", .a).expect(answer: [cname, "web.example.com. 3600 IN A 192.0.2.80"])
        try ask("www", .cname).expect(answer: [cname])
        try ask("www", .any).expect(answer: [cname])
        let chain = try ask("chain1", .a)
        try chain.expect(
            answer: [
                "chain1.example.com. 3600 IN CNAME chain2.example.com.",
                "chain2.example.com. 3600 IN CNAME chain3.example.com.",
                "chain3.example.com. 3600 IN CNAME web.example.com.",
                "web.example.com. 3600 IN A 192.0.2.80",
            ]
        )
        #expect(chain.answers.first?.owner == chain.questions.first?.name)
        #expect(chain.answers.last?.type == .a)
    }

    @Test("a chain ends where the zone ends, with NXDOMAIN at a missing name in it, NODATA at a name without the type")
    func aliasEnds() throws {
        try ask("out", .a).expect(answer: ["out.example.com. 3600 IN CNAME www.other.net."])
        try ask("missing", .a).expect(
            .nameError,
            answer: ["missing.example.com. 3600 IN CNAME nothing.example.com."],
            authority: [exampleSOA]
        )
        try ask("nodata", .txt).expect(
            answer: ["nodata.example.com. 3600 IN CNAME mail.example.com."],
            authority: [exampleSOA]
        )
    }

    @Test("a CNAME into a delegated zone keeps the answer authoritative and adds the referral")
    func aliasIntoReferral() throws {
        let message = try ask("deep", .a)
        #expect(message.header.isAuthoritative)
        #expect(message.answers.map(\.type) == [.cname])
        #expect(message.authorities.allSatisfy { $0.type == .ns })
        #expect(message.authorities.count == 3)
    }

    @Test("loops of CNAMEs end, each record once")
    func aliasLoops() throws {
        try ask("loop1", .a).expect(
            answer: [
                "loop1.example.com. 3600 IN CNAME loop2.example.com.",
                "loop2.example.com. 3600 IN CNAME loop1.example.com.",
            ]
        )
        try ask("self", .a).expect(answer: ["self.example.com. 3600 IN CNAME self.example.com."])
    }

    @Test("a long chain is followed to a bound")
    func longChain() throws {
        let links = (0..<100).map { "l\($0) CNAME l\($0 + 1)" }.joined(separator: "\n")
        try fixture.put("chain.test.", "@ SOA a b 1 1 1 1 1\n\(links)")
        let message = try fixture.ask("l0.chain.test.", .a)
        #expect(message.rcode == .noError)
        #expect(message.answers.count == 18)
    }

    @Test(
        "names at and below a zone cut are referred, with glue and without authority",
        arguments: ["sub", "below.sub", "x.y.sub", "ns1.sub", "*.sub"]
    )
    func referral(name: String) throws {
        try ask(name, .a).expect(
            authoritative: false,
            authority: [
                "sub.example.com. 3600 IN NS ns1.sub.example.com.",
                "sub.example.com. 3600 IN NS ns1.example.com.",
                "sub.example.com. 3600 IN NS ns.sibling.example.com.",
            ],
            additional: [
                "ns1.sub.example.com. 3600 IN A 192.0.2.54",
                "ns1.sub.example.com. 3600 IN AAAA 2001:db8::54",
                "ns1.example.com. 3600 IN A 192.0.2.53",
                "ns1.example.com. 3600 IN AAAA 2001:db8::53",
                "ns.sibling.example.com. 3600 IN A 192.0.2.55",
            ]
        )
    }

    @Test("the NS records at a cut are a referral, not an answer")
    func nameServersAtCut() throws {
        let message = try ask("sub", .ns)
        #expect(message.answers.isEmpty)
        #expect(message.authorities.count == 3)
        #expect(!message.header.isAuthoritative)
    }

    @Test("DS at a cut is the parent's: an answer or NODATA with authority")
    func delegationSigner() throws {
        let ds = try ask("sub", .ds)
        #expect(ds.answers.count == 1 && ds.header.isAuthoritative && ds.authorities.isEmpty)
        try ask("nods", .ds).expect(authority: [exampleSOA])
        let below = try ask("x.sub", .ds)
        #expect(below.answers.isEmpty && !below.header.isAuthoritative && below.authorities.count == 3)
        try ask("", .ds).expect(authority: [exampleSOA])
    }

    @Test("DNAME redirects what is below it, not its owner")
    func redirection() throws {
        let dname = "dn.example.com. 3600 IN DNAME target.example.com."
        try ask("x.dn", .a).expect(
            answer: [
                dname,
                "x.dn.example.com. 3600 IN CNAME x.target.example.com.",
                "x.target.example.com. 3600 IN A 192.0.2.70",
            ]
        )
        try ask("dn", .txt).expect(answer: ["dn.example.com. 3600 IN TXT \"owner of a DNAME\""])
        try ask("dn", .dname).expect(answer: [dname])
        try ask("dn", .a).expect(authority: [exampleSOA])
        try ask("y.dn", .a).expect(
            .nameError,
            answer: [dname, "y.dn.example.com. 3600 IN CNAME y.target.example.com."],
            authority: [exampleSOA]
        )
        try ask("hidden.dn", .a).expect(
            .nameError,
            answer: [dname, "hidden.dn.example.com. 3600 IN CNAME hidden.target.example.com."],
            authority: [exampleSOA]
        )
        try ask("a.dnout", .a).expect(
            answer: ["dnout.example.com. 3600 IN DNAME other.net.", "a.dnout.example.com. 3600 IN CNAME a.other.net."]
        )
        try ask("x.dn", .cname).expect(answer: [dname, "x.dn.example.com. 3600 IN CNAME x.target.example.com."])
    }

    @Test("a name that a DNAME would make longer than 255 octets is YXDOMAIN")
    func redirectionTooLong() throws {
        let message = try ask(String(repeating: "q", count: 60) + ".long", .a)
        #expect(message.rcode == .nameExists)
        #expect(message.answers.map(\.type) == [.dname])
    }

    @Test("a DNAME that leads below itself ends")
    func redirectionLoop() throws {
        try fixture.put("loop.test.", "@ SOA a b 1 1 1 1 1\nd DNAME e.d\nf DNAME g\ng DNAME f")
        let inward = try fixture.ask("x.d.loop.test.", .a)
        #expect(inward.answers.filter { $0.type == .dname }.count == 1)
        #expect(inward.answers.count <= 40)
        let circle = try fixture.ask("x.f.loop.test.", .a)
        #expect(circle.answers.filter { $0.type == .dname }.count == 2)
        #expect(circle.answers.filter { $0.type == .cname }.count == 2)
    }

    @Test("addresses of targets in the zone come along; of hidden names, foreign names and the root they do not")
    func additional() throws {
        let mail = "mail.example.com. 3600 IN A 192.0.2.25"
        let nameServer = ["ns1.example.com. 3600 IN A 192.0.2.53", "ns1.example.com. 3600 IN AAAA 2001:db8::53"]
        #expect(try ask("", .mx).additionals.count == 1)
        try ask("", .ns).expect(
            answer: ["example.com. 3600 IN NS ns1.example.com.", "example.com. 3600 IN NS ns2.other.net."],
            additional: nameServer
        )
        try ask("_sip._tcp", .srv).expect(
            answer: ["_sip._tcp.example.com. 3600 IN SRV 1 2 5060 mail.example.com."],
            additional: [mail]
        )
        try ask("nap", .naptr).expect(
            answer: ["nap.example.com. 3600 IN NAPTR 1 1 \"a\" \"\" \"\" mail.example.com."],
            additional: [mail]
        )
        try ask("svc", .svcb).expect(
            answer: ["svc.example.com. 3600 IN SVCB 1 web.example.com."],
            additional: ["web.example.com. 3600 IN A 192.0.2.80"]
        )
        #expect(try ask("_none._tcp", .srv).additionals.isEmpty)
        #expect(try ask("nullmx", .mx).additionals.isEmpty)
        #expect(try ask("alias", .https).additionals.isEmpty)
        #expect(try ask("srvglue", .srv).additionals.isEmpty)
        try ask("mxwild", .mx).expect(
            answer: ["mxwild.example.com. 3600 IN MX 1 any.wild.example.com."],
            additional: ["any.wild.example.com. 3600 IN A 192.0.2.90"]
        )
    }

    @Test("ANY is answered with one RRset; an empty non-terminal and a missing name have none")
    func any() throws {
        let apex = try ask("", .any)
        #expect(Set(apex.answers.map(\.type)).count == 1)
        try ask("c", .any).expect(authority: [exampleSOA])
        try ask("nope", .any).expect(.nameError, authority: [exampleSOA])
        #expect(try ask("sub", .any).authorities.count == 3)
    }

    @Test(
        "a name outside of all zones is refused with nothing in it",
        arguments: ["example.net.", "com.", ".", "ple.com."]
    )
    func notHosted(name: String) throws {
        try fixture.ask(name, .a).expect(.refused, authoritative: false)
    }

    @Test("the nearest zone answers, but for DS at its apex, which is its parent's")
    func nestedZones() throws {
        try fixture.put("sub.example.com.", "@ SOA a b 1 1 1 1 60\n@ A 192.0.2.200\nx A 192.0.2.201")
        try fixture.ask("sub.example.com.", .a).expect(answer: ["sub.example.com. 3600 IN A 192.0.2.200"])
        try fixture.ask("x.sub.example.com.", .a).expect(answer: ["x.sub.example.com. 3600 IN A 192.0.2.201"])
        let ds = try fixture.ask("sub.example.com.", .ds)
        #expect(ds.answers.count == 1 && ds.header.isAuthoritative)
        #expect(try fixture.ask("nx.sub.example.com.", .a).rcode == .nameError)
        #expect(try fixture.ask("a.example.com.", .a).rcode == .nameError)
    }

    @Test("the root zone is served like any other")
    func rootZone() throws {
        let root = try ResponderFixture(
            (
                ".",
                ". SOA a. b. 1 1 1 1 60\n. NS a.ns.\na.ns. A 192.0.2.1\ncom. NS ns.com.\nns.com. A 192.0.2.2"
            )
        )
        try root.ask(".", .ns).expect(answer: [". 3600 IN NS a.ns."], additional: ["a.ns. 3600 IN A 192.0.2.1"])
        try root.ask("www.example.com.", .a).expect(
            authoritative: false,
            authority: ["com. 3600 IN NS ns.com."],
            additional: ["ns.com. 3600 IN A 192.0.2.2"]
        )
        try root.ask("nope.", .a).expect(.nameError, authority: [". 60 IN SOA a. b. 1 1 1 1 60"])
        try root.ask("ns.", .a).expect(authority: [". 60 IN SOA a. b. 1 1 1 1 60"])
        try root.ask(".", .ds).expect(authority: [". 60 IN SOA a. b. 1 1 1 1 60"])
    }

    @Test("a change is answered from the next batch on, not from the cache")
    func changes() throws {
        var responder = try Responder(store: fixture.store, configuration: ResponderConfiguration())
        let question = Question(name: try Name(labels: ["web", "example", "com"].map { Array($0.utf8) }), type: .a)
        let query = try Message(header: MessageHeader(id: 1), questions: [question]).encoded()
        var buffer = [UInt8](repeating: 0, count: 1232)
        func answer() throws -> [UInt8]? {
            responder.beginBatch()
            defer { responder.endBatch() }
            let length = unsafe query.withUnsafeBytes { query in
                unsafe buffer.withUnsafeMutableBytes { unsafe responder.respond(to: query, into: $0, transport: .udp4) }
            }
            return try Message(wire: Array(buffer[..<length])).answers.first?.rdata
        }
        for _ in 0..<3 { #expect(try answer() == [192, 0, 2, 80]) }
        #expect(responder.counters[.cacheHits] == 1)
        try fixture.put("example.com.", exampleZone.replacing("192.0.2.80", with: "192.0.2.81"), version: 2)
        #expect(try answer() == [192, 0, 2, 81])
    }

    @Test("without minimal answers the zone's name servers come along")
    func notMinimal() throws {
        var configuration = ResponderConfiguration()
        configuration.isMinimal = false
        let message = try fixture.ask("web.example.com.", .a, configuration: configuration)
        #expect(message.authorities.map(\.type) == [.ns, .ns])
        #expect(message.additionals.count == 2)
        let own = try fixture.ask("ns1.example.com.", .a, configuration: configuration)
        #expect(own.additionals.map(\.type) == [.aaaa])
    }
}
