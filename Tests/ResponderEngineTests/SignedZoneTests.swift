// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import ResponderEngine
import Testing
import ZoneStore

@Suite struct SignedZoneTests {
    /// A zone with NSEC and the signatures that the answers need; what they say is not checked here.
    private func signedZone() throws -> ResponderFixture {
        func signature(_ type: String) -> String {
            "RRSIG \(type) 13 2 3600 20300101000000 20200101000000 1 signed.test. AAAA"
        }
        return try ResponderFixture(
            (
                "signed.test.",
                """
                @ SOA a b 1 1 1 1 300
                @ \(signature("SOA"))
                @ \(signature("NSEC"))
                @ 300 NSEC web SOA RRSIG NSEC
                web A 192.0.2.1
                web \(signature("A"))
                web 300 NSEC *.wild A RRSIG NSEC
                web \(signature("NSEC"))
                *.wild CNAME web
                *.wild \(signature("CNAME"))
                *.wild 300 NSEC signed.test. CNAME RRSIG NSEC
                *.wild \(signature("NSEC"))
                """
            )
        )
    }

    @Test("signatures come with DO only, with the TTL of what they cover")
    func signatures() throws {
        let fixture = try signedZone()
        #expect(try fixture.ask("web.signed.test.", .a).answers.map(\.type) == [.a])
        #expect(try fixture.ask("web.signed.test.", .a, edns: EDNS()).answers.map(\.type) == [.a])
        let signed = try fixture.ask("web.signed.test.", .a, edns: EDNS(dnssecOK: true))
        #expect(signed.answers.map(\.type) == [.a, .rrsig])
        let denied = try fixture.ask("web.signed.test.", .txt, edns: EDNS(dnssecOK: true))
        #expect(denied.authorities.map(\.type) == [.soa, .rrsig, .nsec, .rrsig])
        #expect(denied.authorities.allSatisfy { $0.ttl == 300 })
    }

    @Test("a name that does not exist is denied with the NSEC records around it and around the wildcard")
    func nameError() throws {
        let denied = try signedZone().ask("nope.signed.test.", .a, edns: EDNS(dnssecOK: true))
        #expect(denied.rcode == .nameError)
        // One record in front of both `nope` and `*`: once.
        #expect(denied.authorities.map(\.type) == [.soa, .rrsig, .nsec, .rrsig])
    }

    @Test("the proof of an expanded wildcard CNAME stands behind the whole chain")
    func wildcardChain() throws {
        let message = try signedZone().ask("x.wild.signed.test.", .a, edns: EDNS(dnssecOK: true))
        #expect(message.answers.map(\.type) == [.cname, .rrsig, .a, .rrsig])
        #expect(message.authorities.map(\.type) == [.nsec, .rrsig])
        #expect(message.authorities.first?.owner.isWildcard == true)
    }

    private static let hashedText = """
        @ SOA a b 1 1 1 1 300
        @ NS ns
        @ TXT "x"
        ns A 192.0.2.53
        web 600 A 192.0.2.1
        sub NS ns
        dn DNAME web
        """

    private func hashedZone(
        iterations: UInt16,
        _ change: (inout ModelZone, ZoneSigner) -> Void = { _, _ in }
    ) throws -> (ResponderFixture, ZoneSigner) {
        let zone = try ModelZone("signed.test.", Self.hashedText)
        let signer = ZoneSigner(
            zone: zone,
            denial: .nsec3(iterations: iterations, salt: [1], optOut: false),
            denialTTL: 9000
        )
        var signed = signer.sign()
        change(&signed, signer)
        let fixture = try ResponderFixture()
        try fixture.put(signed)
        return (fixture, signer)
    }

    @Test("an owner of NSEC3 records is no name of the zone, and its records are no answer")
    func hashedOwner() throws {
        let (fixture, signer) = try hashedZone(iterations: 0)
        let owner = signer.hashedOwner(signer.hash(signer.zone.apex))
        for type in [RRType.nsec3, .rrsig, .any, .a] {
            let message = try fixture.ask(owner, type, signed: true)
            #expect(message.rcode == .nameError, "\(type)")
            #expect(message.answers.isEmpty)
        }
        let parameters = try fixture.ask("signed.test.", .nsec3param, edns: EDNS(dnssecOK: true))
        #expect(parameters.answers.map(\.type) == [.nsec3param, .rrsig])
    }

    @Test("proofs have the TTL of negative answers at most, and so have their signatures")
    func proofTTL() throws {
        let (fixture, _) = try hashedZone(iterations: 0)
        let message = try fixture.ask("nope.signed.test.", .a, edns: EDNS(dnssecOK: true))
        #expect(message.authorities.contains { $0.type == .nsec3 })
        #expect(message.authorities.allSatisfy { $0.ttl == 300 })
    }

    @Test("more iterations than are made are SERVFAIL with a reason, but only where a proof was asked for")
    func iterations() throws {
        let (fixture, _) = try hashedZone(iterations: 500)
        let proved = try fixture.ask("nope.signed.test.", .a, edns: EDNS(dnssecOK: true))
        #expect(proved.rcode == .nameError)
        #expect(proved.authorities.filter { $0.type == .nsec3 }.count >= 2)
        let (slow, _) = try hashedZone(iterations: 501)
        for name in ["nope.signed.test.", "x.sub.signed.test."] {
            let refused = try slow.ask(name, .a, edns: EDNS(dnssecOK: true))
            #expect(refused.rcode == .serverFailure)
            #expect(refused.answers.isEmpty && refused.authorities.isEmpty)
            #expect(!refused.header.isAuthoritative)
            #expect(refused.edns?.option(EDNSOption.Code(rawValue: 15)) == [0, 27])
        }
        #expect(try slow.ask("nope.signed.test.", .a).rcode == .nameError)
        #expect(try slow.ask("web.signed.test.", .a, edns: EDNS(dnssecOK: true)).answers.count == 2)
    }

    @Test("a missing name whose hash is an owner's cannot be denied: SERVFAIL")
    func collision() throws {
        let (fixture, _) = try hashedZone(iterations: 0) { zone, signer in
            let owner = signer.hashedOwner(signer.hash(Name(validated: [4, 0x6E, 0x6F, 0x70, 0x65] + zone.apex.wire)))
            guard let other = zone.rrsets.first(where: { $0.type == .nsec3 }) else { return }
            zone.rrsets.append(RRset(owner: owner, type: .nsec3, ttl: 300, rdatas: other.rdatas))
        }
        #expect(try fixture.ask("nope.signed.test.", .a, edns: EDNS(dnssecOK: true)).rcode == .serverFailure)
        #expect(try fixture.ask("nope.signed.test.", .a).rcode == .nameError)
        #expect(try fixture.ask("nopf.signed.test.", .a, edns: EDNS(dnssecOK: true)).rcode == .nameError)
    }

    @Test("the type RRSIG is answered with all signatures of a name, each with the TTL of what it covers")
    func signaturesAsked() throws {
        let (fixture, _) = try hashedZone(iterations: 0)
        let message = try fixture.ask("signed.test.", .rrsig)
        #expect(Set(message.answers.map(\.type)) == [.rrsig])
        let covered = message.answers.map { UInt16($0.rdata[0]) << 8 | UInt16($0.rdata[1]) }
        #expect(Set(covered) == [2, 6, 16, 48, 51])
        let web = try fixture.ask("web.signed.test.", .rrsig)
        #expect(web.answers.map(\.ttl) == [600])
    }

    @Test("a CNAME made from a DNAME has no signature, the DNAME has")
    func redirection() throws {
        let (fixture, _) = try hashedZone(iterations: 0)
        let message = try fixture.ask("x.dn.signed.test.", .a, edns: EDNS(dnssecOK: true))
        #expect(message.answers.map(\.type) == [.dname, .rrsig, .cname])
        #expect(message.rcode == .nameError)
    }

    @Test("name servers of a delegation are not signed, DS records are; without DO neither proof nor DS comes")
    func referral() throws {
        let (fixture, _) = try hashedZone(iterations: 0)
        let signed = try fixture.ask("x.sub.signed.test.", .a, edns: EDNS(dnssecOK: true))
        #expect(signed.authorities.map(\.type) == [.ns, .nsec3, .rrsig])
        #expect(try fixture.ask("x.sub.signed.test.", .a).authorities.map(\.type) == [.ns])
    }
}
