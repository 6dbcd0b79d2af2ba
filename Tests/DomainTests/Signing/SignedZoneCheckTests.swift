// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing

@testable import Domain

@Suite("Checks of signed zones")
struct SignedZoneCheckTests {
    @Test("A zone that is signed as a whole passes, with NSEC and with NSEC3")
    func good() throws {
        let plan = try SignedSample.nsec().plan()
        #expect(plan.creates.count + plan.systemCreates.count == SignedSample.nsec().lines.count)
        #expect(plan.signing?.serial == 7)
        #expect(plan.signing?.signaturesExpireAt?.iso8601 == "2026-12-20T00:00:00Z")
        #expect(plan.warnings.isEmpty)
        #expect(plan.changesSigning && !plan.isEmpty)
        #expect(try SignedSample.nsec3().plan().warnings.isEmpty)
    }

    @Test(
        "What the zone answers for must be signed",
        arguments: [
            ("MX", "example.com. MX has no RRSIG record"), ("CNAME", "alias.example.com. CNAME has no RRSIG record"),
            ("DS", "safe.example.com. DS has no RRSIG record"), ("SOA", "example.com. SOA has no RRSIG record"),
            ("DNSKEY", "example.com. DNSKEY has no RRSIG record"), ("TXT", "*.w.example.com. TXT has no RRSIG record"),
            ("DNAME", "dname.example.com. DNAME has no RRSIG record"),
        ]
    )
    func unsigned(type: String, fault: String) {
        #expect(SignedSample.nsec().without("RRSIG \(type) 13").faults() == [fault])
    }

    @Test("Each denial must be signed")
    func unsignedDenial() {
        #expect(
            SignedSample.nsec().without("RRSIG NSEC 13", "alias.").faults() == [
                "alias.example.com. NSEC has no RRSIG record"
            ]
        )
        let hash = String(repeating: "g", count: 31) + "0"
        #expect(
            SignedSample.nsec3().without("RRSIG NSEC3 13", hash).faults() == [
                "\(hash).example.com. NSEC3 has no RRSIG record"
            ]
        )
    }

    @Test("The error names the line of the record")
    func line() {
        let error = #expect(throws: ZoneImportError.self) { try SignedSample.nsec().without("RRSIG MX 13").plan() }
        #expect(error?.lines.map(\.line) == [5])
    }

    @Test("A zone without its keys, its SOA, or any denial is not signed")
    func foundation() {
        #expect(
            SignedSample.nsec().without("DNSKEY 256").faults() == [
                "example.com. has no DNSKEY record that signs zones: the file is not signed"
            ]
        )
        #expect(
            SignedSample.nsec().without("example.com. 300 IN NSEC example").without("NSEC alias").faults() == [
                "example.com. has neither an NSEC record nor an NSEC3PARAM record with flags of zero"
            ]
        )
        #expect(
            SignedSample.nsec3().replacing("1 0 0 -", with: "1 1 0 -", in: " NSEC3PARAM 1").faults() == [
                "example.com. has neither an NSEC record nor an NSEC3PARAM record with flags of zero"
            ]
        )
        #expect(SignedSample.nsec().without(" SOA ns.").faults().contains("the file has no SOA record of example.com."))
    }

    @Test("A signature that no validator would use counts for nothing")
    func unusable() {
        let sample = SignedSample.nsec()
        let mark = "RRSIG MX 13"
        let prefix = "example.com. MX has no RRSIG record that can be valid:"
        #expect(
            sample.replacing("31678", with: "1", in: mark).faults() == [
                "\(prefix) the zone has no DNSKEY 1 of algorithm 13"
            ]
        )
        #expect(
            sample.replacing("MX 13", with: "MX 8", in: mark).faults() == [
                "\(prefix) the zone has no DNSKEY 31678 of algorithm 8"
            ]
        )
        #expect(
            sample.replacing("example.com. AAAA", with: "com. AAAA", in: mark).faults() == [
                "\(prefix) the signer is com., not the zone"
            ]
        )
        #expect(
            sample.replacing("MX 13 2", with: "MX 13 3", in: mark).faults() == [
                "\(prefix) it signs an owner of 3 labels"
            ]
        )
        // A second one that is good makes up for it.
        let good = "example.com. 3600 IN RRSIG MX 13 2 3600 20261220000000 20261120000000 31678 example.com. BBBB"
        #expect(sample.replacing("31678", with: "1", in: mark).adding(good).faults() == [])
    }

    @Test("Signatures must be valid now, unless that is waived")
    func validity() throws {
        let mark = "RRSIG MX 13"
        let expired = SignedSample.nsec().replacing("20261220000000", with: "20261123085959", in: mark)
        let reason = "example.com. MX has had no valid signature since 2026-11-23T08:59:59Z"
        #expect(expired.faults() == [reason])
        let waived = try expired.plan(allowsExpired: true)
        #expect(waived.warnings.map(\.reason) == [reason])
        #expect(waived.signing?.signaturesExpireAt?.iso8601 == "2026-11-23T08:59:59Z")
        let early = SignedSample.nsec().replacing("20261120000000", with: "20261123090001", in: mark)
        #expect(early.faults() == ["example.com. MX has no valid signature before 2026-11-23T09:00:01Z"])
        #expect(try early.plan(allowsExpired: true).warnings.count == 1)
        #expect(SignedSample.nsec().replacing("20261220000000", with: "20261123090000", in: mark).faults() == [])
    }

    @Test("Signatures that end soon bring one warning, about the first to end")
    func endingSoon() throws {
        let sample = SignedSample.nsec().replacing("20261220000000", with: "20261125000000", in: "RRSIG NSEC")
            .replacing("20261220000000", with: "20261124000000", in: "RRSIG TXT")
        let plan = try sample.plan()
        #expect(
            plan.warnings.map(\.reason) == [
                "*.w.example.com. TXT: the signature ends on 2026-11-24T00:00:00Z, as the first of 7 RRsets that end soon"
            ]
        )
        #expect(plan.signing?.signaturesExpireAt?.iso8601 == "2026-11-24T00:00:00Z")
    }

    @Test("Times of signatures go round in 2106")
    func wrapping() {
        // 2^32 seconds after 1970-01-02T00:00:00Z.
        let now = Timestamp(seconds: 1 << 32 + 86_400)
        let sample = SignedSample.nsec().replacing("20261220000000", with: "19700103000000")
            .replacing("20261120000000", with: "21060207000000")
        #expect(sample.faults(now: now) == [])
        #expect(sample.faults(now: Timestamp(seconds: 1 << 32 + 3 * 86_400)).count == 14)
    }

    @Test("NSEC names the next owner, lists its own types, and stands at every name that the zone answers for")
    func names() {
        let sample = SignedSample.nsec()
        #expect(
            sample.without("cut.example.com. 300").faults()
                == [
                    "cut.example.com. has no NSEC record",
                    "alias.example.com. NSEC names cut.example.com. as next, but the zone goes on with dname.example.com.",
                ].sorted { $0 > $1 }
        )
        #expect(
            sample.replacing("NSEC example.com.", with: "NSEC alias.example.com.", in: "*.w.").faults() == [
                "*.w.example.com. NSEC names alias.example.com. as next, but the zone goes on with example.com."
            ]
        )
        #expect(
            sample.replacing("NS SOA MX", with: "NS SOA", in: "IN NSEC").faults() == [
                "example.com. NSEC lists NS SOA RRSIG NSEC DNSKEY, but there are NS SOA MX RRSIG NSEC DNSKEY"
            ]
        )
        // Glue is not listed.
        #expect(
            sample.adding("cut.example.com. 3600 IN A 192.0.2.3").faults() == []
        )
    }

    @Test("NSEC3 records make one closed chain with the parameters of NSEC3PARAM")
    func hashes() {
        let sample = SignedSample.nsec3()
        let (zero, seven, last) = ("0", "7", "v")
        let hash = { (letter: String) in String(repeating: letter, count: 31) + "0" }
        #expect(
            sample.without("\(hash(seven)).example.com. ").faults() == [
                "\(hash(zero)) NSEC3 names \(hash(seven)) as next, but the zone goes on with \(hash("g"))"
            ]
        )
        #expect(
            sample.replacing(hash(zero), with: hash("1"), in: "\(hash(last)).example.com. 300 IN NSEC3").faults() == [
                "\(hash(last)) NSEC3 names \(hash("1")) as next, but the zone goes on with \(hash(zero))"
            ]
        )
        #expect(
            sample.replacing("NSEC3 1 0 0 -", with: "NSEC3 1 0 0 ab", in: "\(hash("g")).ex").faults().contains(
                "\(hash("g")).example.com. NSEC3 is not of the chain that NSEC3PARAM announces"
            )
        )
        #expect(
            sample.without("IN NSEC3 ").without("RRSIG NSEC3 ").faults() == [
                "the zone has an NSEC3PARAM record but no NSEC3 records"
            ]
        )
        #expect(
            SignedSample.nsec3().replacing("\(hash(zero)).example", with: "\(hash(zero)).x.example").faults().contains(
                "\(hash(zero)).x.example.com. is not the hash of a name in example.com."
            )
        )
        #expect(
            sample.adding("example.com. 3600 IN NSEC3PARAM 1 0 1 -").faults() == [
                "the zone has more than one NSEC3PARAM record: sign it with one"
            ]
        )
    }

    @Test("A record may stand in the file twice")
    func twice() throws {
        var sample = SignedSample.nsec()
        for line in sample.lines where line.contains(" NSEC ") && !line.contains("RRSIG NSEC 13") {
            sample = sample.adding(line)
        }
        #expect(try sample.plan().skippedCount == 6)
    }

    @Test("Many iterations are worth a warning, another hash is an error")
    func parameters() throws {
        #expect(try SignedSample.nsec3(parameters: "1 0 50 ab").plan().warnings.isEmpty)
        let warnings = try SignedSample.nsec3(parameters: "1 0 51 ab").plan().warnings.map(\.reason)
        #expect(warnings == ["NSEC3PARAM has 51 iterations: resolvers may take the zone for unsigned (RFC 9276)"])
        #expect(
            SignedSample.nsec3(parameters: "2 0 0 -").faults() == [
                "NSEC3PARAM has a hash algorithm that is not SHA-1 (1)"
            ]
        )
    }

    @Test("Of very many faults the first hundred are told, and the number of the others")
    func manyFaults() {
        var sample = SignedSample.nsec()
        for number in 0..<150 { sample = sample.adding("example.com. 3600 IN TYPE\(40_000 + number) \\# 1 00") }
        let faults = sample.faults()
        #expect(faults.count == 101)
        #expect(faults.first == "51 more of this kind")
    }

    @Test("Types that only this platform answers are refused")
    func synthesized() {
        for type in ["ALIAS", "URL", "POOL"] {
            let faults = SignedSample.nsec().adding("www.example.com. 60 IN \(type) example.net.").faults()
            #expect(faults.count == 1)
        }
    }

    @Test("The tag of a key is that which the signer gave it")
    func keyTag() throws {
        let rdata = try RecordRData.wire(type: .dnskey, content: SignedSample.key, priority: nil, zone: .root)
        #expect(ZoneKeys.tag(of: rdata) == SignedSample.keyTag)
    }

    @Test("The text of a hash is what was read from it")
    func hashText() throws {
        let owner = Samples.zone.name
        let label = Array("0p9mhaveqvm6t7vbl5lop2u3t2rp3tom".utf8)
        let hash = try #require(HashedOwner.hash(of: try owner.prepending(label)))
        #expect(hash.count == 20)
        #expect(HashedOwner.text(hash) == "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom")
        #expect(HashedOwner.hash(of: try owner.prepending(Array("0p9mhaveqvm6t7vbl5lop2u3t2rp3to-".utf8))) == nil)
        #expect(HashedOwner.hash(of: owner) == nil)
    }
}
