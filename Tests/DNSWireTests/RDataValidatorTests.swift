// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing

@Suite struct RDataValidatorTests {
    @Test(
        arguments: [
            ("A", "010203", WireError.truncated), ("A", "0102030405", .trailingOctets),
            ("AAAA", "00", .truncated), ("NS", "", .truncated), ("NS", "C000", .pointerNotAllowed),
            ("MX", "0001", .truncated), ("MX", "0001 00 00", .trailingOctets), ("TXT", "", .truncated),
            ("TXT", "02 61", .truncated), ("HINFO", "00", .truncated), ("HINFO", "00 00 00", .trailingOctets),
            ("SRV", "0001 0002 0003", .truncated), ("CAA", "00 00", .badTag), ("CAA", "00 01 2D", .badTag),
            ("CAA", "00 02 61", .truncated), ("URI", "0000 0000", .emptyField),
            ("DS", "0000 08 02", .emptyField), ("DS", "0000 08 02 00", .badDigestLength),
            ("CDS", "0000 08 01 00", .badDigestLength), ("DNSKEY", "0100 03 08", .emptyField),
            ("DNSKEY", "0100 02 08 00", .badValue), ("SSHFP", "01 01 00", .badDigestLength),
            ("TLSA", "03 01 01", .emptyField), ("ZONEMD", "00000000 01 F0 00", .badDigestLength),
            ("ZONEMD", "00000000 01 01 000102030405060708090A0B", .badDigestLength),
            ("OPENPGPKEY", "", .emptyField), ("CERT", "0000 0000 00", .emptyField),
            ("NSEC", "00 0000", .badTypeBitmap), ("NSEC", "00 0021", .badTypeBitmap),
            ("NSEC", "00 0002 4000", .badTypeBitmap), ("NSEC", "00 0101 40 0001 40", .badTypeBitmap),
            ("NSEC", "00 0001 40 0001 40", .badTypeBitmap), ("NSEC", "00 00", .truncated),
            ("NSEC3", "01 00 0000 00 00", .emptyField), ("NSEC3", "01 00 0000 02 00", .truncated),
            ("NSEC3PARAM", "01 00 0000", .truncated), ("NSEC3PARAM", "01 00 0000 00 00", .trailingOctets),
            ("EUI48", "0000000000", .truncated), ("EUI64", "000000000000000000", .trailingOctets),
            ("MINFO", "00", .truncated),
        ] as [(String, String, WireError)]
    ) func `RDATA that does not fit its type is refused`(mnemonic: String, octets: String, error: WireError) throws {
        let type = try #require(RRType(mnemonic: mnemonic))
        #expect(throws: error) { try RDataValidator.validate(type, hex(octets)) }
    }

    @Test(
        arguments: [
            "0001 00 0003 0002 0035 0003 0002 0035",  // a key twice
            "0001 00 0004 0004 C0000201 0003 0002 0035",  // keys not ascending
            "0001 00 FFFF 0000",  // the reserved key
            "0001 00 0000 0000",  // mandatory without a key
            "0001 00 0000 0002 0001",  // mandatory key that is missing
            "0001 00 0000 0004 00010005 0001 0002 0161",  // second mandatory key that is missing
            "0001 00 0000 0004 00010001 0001 0002 0161",  // mandatory key twice
            "0001 00 0000 0002 0000",  // mandatory is mandatory
            "0001 00 0000 0003 000100 0001 0002 0161",  // half of a key
            "0001 00 0001 0000", "0001 00 0001 0001 00",  // no protocol, an empty one
            "0001 00 0002 0000",  // no-default-alpn without alpn
            "0001 00 0001 0002 0161 0002 0001 00", "0001 00 0008 0001 00", "0001 00 0003 0001 00",
            "0001 00 0003 0003 000000",
            "0001 00 0004 0000", "0001 00 0004 0003 000000", "0001 00 0006 0004 00000000",
        ]
    ) func `malformed service parameters are refused`(octets: String) {
        #expect(throws: WireError.badServiceParameter) { try RDataValidator.validate(.svcb, hex(octets)) }
        #expect(throws: WireError.badServiceParameter) { try RDataValidator.validate(.https, hex(octets)) }
    }

    @Test(arguments: ["0001 00 0003 0002 00", "0001 00 0003", "0001 00 03", "0001 00 0001 0003 03 6161"])
    func `cut service parameters are refused`(octets: String) {
        #expect(throws: WireError.truncated) { try RDataValidator.validate(.svcb, hex(octets)) }
    }

    @Test func `sound and unknown service parameters are taken`() throws {
        try RDataValidator.validate(.svcb, hex("0001 00 0000 0002 029A 029A 0000 FFFE 0001 00"))
        try RDataValidator.validate(.https, hex("0001 00 0001 0003 02 6832 0002 0000 0008 0000"))
    }

    @Test(
        arguments: [
            "01 12 16 13 80000000 80000000 00000000",  // another version
            "00 A2 16 13 80000000 80000000 00000000", "00 1A 16 13 80000000 80000000 00000000",
            "00 12 FA 13 80000000 80000000 00000000", "00 12 16 AF 80000000 80000000 00000000",
            "00 12 16 13 934FD901 80000000 00000000", "00 12 16 13 6CB026FF 80000000 00000000",
            "00 12 16 13 80000000 A69FB201 00000000", "00 12 16 13 80000000 59604DFF 00000000",
        ]
    ) func `locations out of bounds are refused`(octets: String) {
        #expect(throws: WireError.badLocation) { try RDataValidator.validate(.loc, hex(octets)) }
    }

    @Test(
        arguments: [
            "00 99 99 99 934FD900 A69FB200 FFFFFFFF", "00 00 00 00 6CB02700 59604E00 00000000",
        ]
    ) func `locations at the bounds are taken`(octets: String) throws {
        try RDataValidator.validate(.loc, hex(octets))
    }

    @Test(
        arguments: [
            "0003 00 00", "0001 21 00", "0002 81 00", "0001 20 05 0101010101", "0001 08 02 0A00",
            "0001 08 82 0A00", "0002 80 11 0101010101010101010101010101010101",
        ]
    ) func `malformed address prefixes are refused`(octets: String) {
        #expect(throws: WireError.badPrefix) { try RDataValidator.validate(.apl, hex(octets)) }
    }

    @Test func `opaque types take any octets up to the length that a record can hold`() throws {
        try RDataValidator.validate(RRType(rawValue: 65_280), [UInt8](repeating: 0, count: 65_535))
        #expect(throws: WireError.lengthOverflow) {
            try RDataValidator.validate(RRType(rawValue: 65_280), [UInt8](repeating: 0, count: 65_536))
        }
    }
}
