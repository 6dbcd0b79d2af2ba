// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing

@Suite struct CodesTests {
    @Test func `every type with a mnemonic is found by it`() {
        var known = 0
        for number in UInt16.min...UInt16.max {
            let type = RRType(rawValue: number)
            guard let mnemonic = type.mnemonic else { continue }
            known += 1
            #expect(RRType(mnemonic: mnemonic) == type)
            #expect(RRType(mnemonic: mnemonic.lowercased()) == type)
        }
        #expect(known > 80)
    }

    @Test func `generic mnemonics stand for any number`() {
        #expect(RRType(mnemonic: "TYPE65535")?.rawValue == 65_535)
        #expect(RRType(mnemonic: "type1") == .a)
        #expect(RRType(rawValue: 65_280).description == "TYPE65280")
        #expect(RRClass(mnemonic: "CLASS1") == .internet)
        #expect(RRClass(rawValue: 32).description == "CLASS32")
    }

    @Test(arguments: ["", "TYPE", "TYPE65536", "TYPE-1", "TYPE 1", "TYPE1x", "TYPE000001", "TYQE1", "NOPE", "A "])
    func `other words are no type`(text: String) {
        #expect(RRType(mnemonic: text) == nil)
    }

    @Test(arguments: ["", "CLASS", "CLASS65536", "INN"])
    func `other words are no class`(text: String) {
        #expect(RRClass(mnemonic: text) == nil)
    }

    @Test func `meta-types are those that no zone can hold`() {
        let meta: [RRType] = [.opt, .tsig, .tkey, .axfr, .ixfr, .any, .maila, .mailb, .nxname, RRType(rawValue: 0)]
        for type in meta { #expect(type.isMeta) }
        for type: RRType in [.a, .spf, .eui64, .uri, .caa, .dlv, .svcb] { #expect(!type.isMeta) }
    }

    @Test func `a response code splits into header and OPT bits`() {
        #expect(RCode.badVersion.headerBits == 0)
        #expect(RCode.badVersion.extendedBits == 1)
        #expect(RCode(header: 7, extended: 1) == .badCookie)
        #expect(RCode(rawValue: 0xFFFF).rawValue == 0x0FFF)
        #expect(RCode.nameError.description == "NXDOMAIN")
        #expect(RCode(rawValue: 77).description == "RCODE77")
        #expect(Opcode(rawValue: 0x14) == .notify)
        #expect(Opcode(rawValue: 9).description == "OPCODE9")
    }
}
