// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import ResponderEngine
import Testing

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
}
