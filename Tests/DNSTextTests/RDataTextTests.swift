// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing

@Suite struct RDataTextTests {
    private let origin: Name

    init() throws {
        origin = try Name(text: "example.")
    }

    @Test("A text becomes the wire form", arguments: RDataExample.all)
    func parses(_ example: RDataExample) throws {
        let rdata = try RDataText.parse(type: example.type, text: example.text, origin: origin)
        #expect(hexadecimal(rdata) == example.wire)
    }

    @Test("The wire form is printed in one deterministic way that is read back", arguments: RDataExample.all)
    func prints(_ example: RDataExample) throws {
        let rdata = try RDataText.parse(type: example.type, text: example.text, origin: origin)
        let printed = RDataText.print(type: example.type, rdata: rdata)
        #expect(printed == example.printed)
        #expect(try RDataText.parse(type: example.type, text: printed) == rdata)
    }

    @Test("The unknown form is taken for every type and validated", arguments: RDataExample.all)
    func takesUnknownForm(_ example: RDataExample) throws {
        let rdata = try RDataText.parse(type: example.type, text: example.text, origin: origin)
        let generic = "\\# \(rdata.count) \(hexadecimal(rdata))"
        #expect(try RDataText.parse(type: example.type, text: generic) == rdata)
    }

    @Test("Every type with a layout has an example")
    func coversAllLayouts() {
        let obsolete: Set<RRType> = [.md, .mf, .mb, .mg, .mr, .minfo, .rt, .px]
        let covered = Set(RDataExample.all.map(\.type))
        for number in UInt16.min...UInt16.max {
            let type = RRType(rawValue: number)
            guard RDataLayout.of(type) != nil, !obsolete.contains(type) else { continue }
            #expect(covered.contains(type), "\(type) has no example")
        }
    }

    @Test("RDATA that does not fit its type is printed in the unknown form")
    func printsMisfitsAsUnknown() {
        #expect(RDataText.print(type: .a, rdata: [192, 0, 2]) == "\\# 3 C00002")
        #expect(RDataText.print(type: .mx, rdata: [0, 10, 1]) == "\\# 3 000A01")
        #expect(RDataText.print(type: .txt, rdata: []) == "\\# 0")
        #expect(RDataText.print(type: .ns, rdata: [0, 0]) == "\\# 2 0000")
    }

    @Test("Every mnemonic, in either case, is the type of its number")
    func readsMnemonics() throws {
        for number in UInt16(1)...300 {
            guard let mnemonic = RRType(rawValue: number).mnemonic else { continue }
            let expected = try RDataText.parse(type: .nsec, text: "a. TYPE\(number)")
            #expect(try RDataText.parse(type: .nsec, text: "a. \(mnemonic)") == expected)
            #expect(try RDataText.parse(type: .nsec, text: "a. \(mnemonic.lowercased())") == expected)
        }
    }

    @Test("An obsolete type is read by its fields and printed in the unknown form")
    func printsObsoleteTypesAsUnknown() throws {
        let record = try ResourceRecord(line: "a. 60 IN MB b.")
        #expect(record.rdata == [1, 0x62, 0])
        #expect(record.line == "a. 60 IN TYPE7 \\# 3 016200")
        #expect(try ResourceRecord(line: record.line) == record)
    }

    @Test(
        "What is wrong is told with its place",
        arguments: [
            (.a, "192.0.2", 0, .invalid("an IPv4 address")),
            (.a, "192.0.2.256", 0, .invalid("an IPv4 address")),
            (.a, "192.0.2.01", 0, .invalid("an IPv4 address")),
            (.a, "192.0.2.1.", 0, .invalid("an IPv4 address")),
            (.a, "", 0, .missing("an IPv4 address")),
            (.a, "192.0.2.1 192.0.2.2", 10, .trailingText),
            (.aaaa, "1::2::3", 0, .invalid("an IPv6 address")),
            (.aaaa, "1:2:3:4:5:6:7", 0, .invalid("an IPv6 address")),
            (.aaaa, "1:2:3:4:5:6:7:8:9", 0, .invalid("an IPv6 address")),
            (.aaaa, "1:2:3:4:5:6:7:8::", 0, .invalid("an IPv6 address")),
            (.aaaa, "12345::", 0, .invalid("an IPv6 address")),
            (.aaaa, ":1::", 0, .invalid("an IPv6 address")),
            (.aaaa, "1::2:", 0, .invalid("an IPv6 address")),
            (.aaaa, "::192.0.2", 0, .invalid("an IPv6 address")),
            (.mx, "mail.example.", 0, .invalid("a number")),
            (.mx, "65536 mail.example.", 0, .numberTooLarge(maximum: 65_535)),
            (.mx, "10", 2, .missing("a domain name")),
            (.mx, "10 mail", 3, .relativeNameWithoutOrigin),
            (.ns, "a..example.", 2, .emptyLabel),
            (.ns, ".example.", 0, .emptyLabel),
            (.ns, "a.b\\2.", 3, .badEscape),
            (.ns, "a.b\\256.", 3, .badEscape),
            (.ns, "\(String(repeating: "x", count: 64)).", 0, .labelTooLong),
            (.ns, String(repeating: "abcdefg.", count: 32), 0, .nameTooLong),
            (.txt, "", 0, .missing("a character-string")),
            (.txt, "\"abc", 0, .unclosedQuote),
            (.txt, String(repeating: "x", count: 256), 0, .stringTooLong),
            (.txt, "a ( b", 2, .unclosedParenthesis),
            (.txt, "a ) b", 2, .unopenedParenthesis),
            (.soa, "ns1.example. h.example. 1 2 3 4", 31, .missing("a time in seconds")),
            (.soa, "ns1.example. h.example. 1 2 3 4 1y", 32, .invalid("a time in seconds")),
            (.soa, "ns1.example. h.example. 1 2 3 4 1h30", 32, .invalid("a time in seconds")),
            (.soa, "ns1.example. h.example. 4294967296 2 3 4 5", 24, .numberTooLarge(maximum: 4_294_967_295)),
            (.ds, "1 13 2 ABCD", 0, .invalidData(.badDigestLength)),
            (.ds, "1 13 9 ABC", 10, .invalid("hexadecimal data with an even number of digits")),
            (.ds, "1 NOPE 9 AB", 2, .invalid("an algorithm")),
            (.dnskey, "256 3 8 A", 8, .invalid("complete base64 data")),
            (.dnskey, "256 3 8 AB==", 10, .invalid("base64 data")),
            (.dnskey, "256 2 8 AA==", 0, .invalidData(.badValue)),
            (.rrsig, "A 5 3 1 20030230173103 0 1 . AA==", 8, .invalid("a time as YYYYMMDDHHmmSS from 1970 to 2106")),
            (.nsec, "a. A BOGUS", 5, .invalid("a record type")),
            (.caa, "0 is-sue \"a\"", 4, .invalid("a property tag")),
            (.svcb, "1 . alpn", 4, .invalid("a valid value of alpn")),
            (.svcb, "1 . port=80 port=81", 12, .invalidData(.badServiceParameter)),
            (.svcb, "1 . mandatory=alpn", 18, .invalidData(.badServiceParameter)),
            (.svcb, "1 . no-default-alpn", 19, .invalidData(.badServiceParameter)),
            (.svcb, "1 . key007=x", 4, .invalid("a service parameter")),
            (.nsec, "a. \u{17F}RV", 3, .invalid("a record type")),
            (.svcb, "1 . \u{212A}ey1=x", 4, .invalid("a service parameter")),
            (.svcb, "1 . bogus=x", 4, .invalid("a service parameter")),
            (.loc, "91 N 0 E 0m", 0, .invalid("a latitude")),
            (.loc, "90 0 0.001 N 0 E 0m", 0, .invalid("a latitude")),
            (.apl, "1:192.0.2.0/33", 0, .invalid("an address prefix as 1:192.0.2.0/24 or !2:2001:db8::/32")),
            (.eui48, "00-00-5e-00-53", 0, .invalid("an EUI-48 address")),
            (.a, "\\# 3 C00002", 0, .invalidData(.truncated)),
            (.a, "\\# 4 C00002", 3, .lengthMismatch(announced: 4, actual: 3)),
            (.a, "\\# x", 3, .invalid("the length of the data")),
            (RRType(rawValue: 65_280), "abc", 0, .invalid("data of an unknown type as \\# length hex")),
            (RRType(rawValue: 65_280), "", 0, .missing("data as \\# length hex")),
        ] as [(RRType, String, Int, TextError.Reason)]
    )
    func refuses(type: RRType, text: String, offset: Int, reason: TextError.Reason) {
        #expect(throws: TextError(offset: offset, reason: reason)) {
            try RDataText.parse(type: type, text: text)
        }
    }

    @Test("A time from 1970 to 2106 is read back from its fourteen digits")
    func roundTripsTimestamps() throws {
        let head = "0001050300000001"
        for seconds in stride(from: UInt64(0), through: UInt64(UInt32.max), by: 7_919_317) {
            let time = hexadecimal([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: seconds >> $0) })
            let rdata = try RDataText.parse(type: .rrsig, text: "\\# 20 \(head)\(time)\(time)00010041")
            let printed = RDataText.print(type: .rrsig, rdata: rdata)
            #expect(!printed.hasPrefix("\\#"))
            #expect(try RDataText.parse(type: .rrsig, text: printed) == rdata)
        }
    }
}
