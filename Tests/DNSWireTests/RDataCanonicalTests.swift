// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing

@Suite struct RDataCanonicalTests {
    private let upper = "01 41 00 "
    private let lower = "01 61 00 "

    @Test(arguments: ["NS", "CNAME", "PTR", "DNAME", "MD", "MB"]) func `a lone name is put in lower case`(
        mnemonic: String
    ) throws {
        let type = try #require(RRType(mnemonic: mnemonic))
        #expect(RDataCanonical.canonical(type, hex(upper)) == hex(lower))
    }

    @Test func `names of the types of RFC 4034 are put in lower case, and nothing else`() {
        let numbers = "41414141"
        #expect(RDataCanonical.canonical(.mx, hex("4141" + upper)) == hex("4141" + lower))
        #expect(RDataCanonical.canonical(.kx, hex("4141" + upper)) == hex("4141" + lower))
        #expect(RDataCanonical.canonical(.srv, hex("414141414141" + upper)) == hex("414141414141" + lower))
        #expect(RDataCanonical.canonical(.rp, hex(upper + upper)) == hex(lower + lower))
        let times = String(repeating: numbers, count: 5)
        #expect(RDataCanonical.canonical(.soa, hex(upper + upper + times)) == hex(lower + lower + times))
        let naptr = numbers + "0141 0141 0141"
        #expect(RDataCanonical.canonical(.naptr, hex(naptr + upper)) == hex(naptr + lower))
        let signature = "0041 41 41" + numbers + numbers + numbers + "4141"
        #expect(RDataCanonical.canonical(.rrsig, hex(signature + upper + "41")) == hex(signature + lower + "41"))
    }

    @Test func `names of NSEC and of later types keep their case`() {
        #expect(RDataCanonical.canonical(.nsec, hex(upper + "0001 40")) == hex(upper + "0001 40"))
        #expect(RDataCanonical.canonical(.svcb, hex("0001" + upper)) == hex("0001" + upper))
        #expect(RDataCanonical.canonical(.txt, hex("0141")) == hex("0141"))
        #expect(RDataCanonical.canonical(RRType(rawValue: 65_280), hex(upper)) == hex(upper))
    }

    @Test func `octets that are no such RDATA are left alone`() {
        #expect(RDataCanonical.canonical(.rp, hex(upper + "C041")) == hex(upper + "C041"))
    }

    @Test func `names are found in their order`() throws {
        #expect(try RDataCanonical.names(in: hex("0001 0161 00"), of: .mx).map(\.wire) == [hex("0161 00")])
        #expect(
            try RDataCanonical.names(in: hex("0161 00 0162 00"), of: .rp).map(\.wire) == [
                hex("0161 00"), hex("0162 00"),
            ]
        )
        #expect(try RDataCanonical.names(in: hex("0001 00"), of: .svcb) == [.root])
        #expect(try RDataCanonical.names(in: hex("C0000201"), of: .a).isEmpty)
        #expect(throws: WireError.truncated) { try RDataCanonical.names(in: hex("0001"), of: .mx) }
    }
}
