// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing

@Suite struct EDNSTests {
    private func message(_ counts: String, _ records: String) -> [UInt8] {
        hex("0000 8000 0000" + counts + records)
    }

    @Test func `version, flags, response code and options are read and written again`() throws {
        let octets = message("0000 0000 0001", "00 0029 0200 01 02 8001 000C 000A 0004 01020304 FDE9 0000")
        let read = try Message(wire: octets)
        let edns = try #require(read.edns)
        #expect(read.rcode == .badVersion)
        #expect(edns.payloadSize == 512)
        #expect(edns.version == 2)
        #expect(edns.dnssecOK)
        #expect(edns.flags == 0x8001)
        #expect(edns.options.map(\.code.rawValue) == [10, 65_001])
        #expect(edns.option(.cookie) == [1, 2, 3, 4])
        #expect(edns.option(.padding) == nil)
        #expect(read.additionals.isEmpty)
        #expect(try read.encoded() == octets)
    }

    @Test func `DO is one bit of the flags`() {
        var edns = EDNS()
        edns.flags = 0x4001
        edns.dnssecOK = true
        #expect(edns.flags == 0xC001)
        edns.dnssecOK = false
        #expect(edns.flags == 0x4001)
    }

    @Test(
        arguments: [
            ("0000 0000 0002", "00 0029 04D0 00000000 0000 00 0029 04D0 00000000 0000"),  // two of them
            ("0001 0000 0000", "00 0029 04D0 00000000 0000"),  // an answer
            ("0000 0001 0000", "00 0029 04D0 00000000 0000"),  // an authority
            ("0000 0000 0001", "0161 00 0029 04D0 00000000 0000"),  // not of the root
        ]
    ) func `a misplaced OPT record is refused`(counts: String, records: String) {
        #expect(throws: WireError.badOPT) { try Message(wire: message(counts, records)) }
    }

    @Test(arguments: ["0003 000A 00", "0004 000A 0001", "0001 00"]) func `a cut option is refused`(rdata: String) {
        #expect(throws: WireError.truncated) {
            try Message(wire: message("0000 0000 0001", "00 0029 04D0 00000000" + rdata))
        }
    }

    @Test func `an OPT record behind others counts as well`() throws {
        let octets = message("0000 0000 0002", "00 0001 0001 00000000 0004 01020304 00 0029 04D0 00000000 0000")
        let read = try Message(wire: octets)
        #expect(read.edns == EDNS())
        #expect(read.additionals.count == 1)
    }

    @Test func `a response code of more than four bits needs an OPT record`() throws {
        var message = Message(header: MessageHeader(id: 0))
        message.rcode = .badCookie
        #expect(throws: WireError.badOPT) { try message.encoded() }
        message.edns = EDNS()
        #expect(try Message(wire: message.encoded()).rcode == .badCookie)
    }

    @Test func `an option longer than its length field is refused`() {
        var message = Message(header: MessageHeader(id: 0))
        message.edns = EDNS(options: [EDNSOption(code: .padding, data: [UInt8](repeating: 0, count: 65_536))])
        #expect(throws: WireError.lengthOverflow) { try message.encoded() }
    }
}
