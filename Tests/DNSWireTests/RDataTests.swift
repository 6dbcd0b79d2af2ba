// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing

@Suite struct RDataTests {
    @Test(arguments: RDataSamples.all.indices) func `typed RDATA and its octets are the same`(index: Int) throws {
        let sample = RDataSamples.all[index]
        #expect(try sample.rdata.encoded() == sample.octets)
        #expect(try RData(type: sample.rdata.type, rdata: sample.octets) == sample.rdata)
    }

    @Test(arguments: RDataSamples.all.indices) func `cut or extended RDATA never passes for another length`(
        index: Int
    ) throws {
        let sample = RDataSamples.all[index]
        for count in 0..<sample.octets.count {
            // What a type with an open end makes of fewer octets must be just these again.
            guard let typed = try? RData(type: sample.rdata.type, rdata: Array(sample.octets[..<count])) else {
                continue
            }
            #expect(try typed.encoded() == Array(sample.octets[..<count]))
        }
        if let typed = try? RData(type: sample.rdata.type, rdata: sample.octets + [0]) {
            #expect(try typed.encoded() == sample.octets + [0])
        }
    }

    @Test func `every type with a struct has a sample`() {
        let sampled = Set(RDataSamples.all.map(\.rdata.type))
        let mnemonics =
            "A AAAA NS SOA CNAME DNAME PTR MX TXT SPF SRV CAA HINFO RP AFSDB NAPTR KX CERT SSHFP TLSA SMIMEA OPENPGPKEY "
            + "LOC URI APL SVCB HTTPS EUI48 EUI64 DS CDS DNSKEY CDNSKEY RRSIG NSEC NSEC3 NSEC3PARAM CSYNC ZONEMD"
        for mnemonic in mnemonics.split(separator: " ") {
            #expect(RRType(mnemonic: mnemonic).map(sampled.contains) == true)
        }
    }

    @Test func `names in RDATA are read with pointers only where RFC 3597 allows them`() throws {
        // A name at 0, then `MX 1 <pointer>`, then `SVCB 1 <pointer>`.
        let octets = hex("0161 00 0001 C000 0001 C000")
        var reader = WireReader(octets.span)
        try reader.skip(3)
        let mx = try RData.MX(wire: &reader, length: 4)
        #expect(mx.exchange.wire == hex("0161 00"))
        var thrown: WireError?
        do throws(WireError) { _ = try RData.SVCB(wire: &reader, length: 4) } catch { thrown = error }
        #expect(thrown == .pointerNotAllowed)
    }

    @Test func `values that do not fit are refused when encoded`() {
        #expect(throws: WireError.lengthOverflow) {
            try RData.TXT(strings: [[UInt8](repeating: 0, count: 256)]).encoded()
        }
        #expect(throws: WireError.truncated) { try RData.TXT(strings: []).encoded() }
        #expect(throws: WireError.badValue) { try RData.EUI48(address: [1]).encoded() }
        #expect(throws: WireError.badTag) { try RData.CAA(flags: 0, tag: [], value: []).encoded() }
        #expect(throws: WireError.bufferFull) {
            try RData.OPENPGPKEY(publicKey: [UInt8](repeating: 0, count: 65_536)).encoded()
        }
    }

    @Test func `two names in one RDATA do not point into each other when it stands alone`() throws {
        let host = try name("a.b")
        let soa = RData.SOA(mname: host, rname: host, serial: 0, refresh: 0, retry: 0, expire: 0, minimum: 0)
        #expect(try soa.encoded().count == 2 * 5 + 20)
    }
}
