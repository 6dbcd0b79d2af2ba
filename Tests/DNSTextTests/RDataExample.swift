// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Testing

/// A type, a text, its wire form in hexadecimal, and the text as it is printed.
///
/// The wire forms come from RFCs where they have them, and from another implementation (dnspython) where they do not.
struct RDataExample: Sendable, CustomTestStringConvertible {
    let type: RRType
    let text: String
    let wire: String
    let printed: String

    init(_ type: RRType, _ text: String, wire: String, printed: String? = nil) {
        self.type = type
        self.text = text
        self.wire = wire
        self.printed = printed ?? text
    }

    var testDescription: String { "\(type) \(text)" }

    static let all: [RDataExample] = addresses + names + texts + numbers + security + services

    static let addresses: [RDataExample] = [
        RDataExample(.a, "192.0.2.1", wire: "C0000201"),
        RDataExample(.a, "\\# 4 C0 00 02 01", wire: "C0000201", printed: "192.0.2.1"),
        RDataExample(
            .aaaa,
            "2001:DB8:0:0:8:800:200C:417A",
            wire: "20010DB80000000000080800200C417A",
            printed: "2001:db8::8:800:200c:417a"
        ),
        RDataExample(.aaaa, "::", wire: "00000000000000000000000000000000"),
        RDataExample(.aaaa, "::1", wire: "00000000000000000000000000000001"),
        RDataExample(.aaaa, "2001:db8::", wire: "20010DB8000000000000000000000000"),
        RDataExample(.aaaa, "1:0:0:2:0:0:0:3", wire: "00010000000000020000000000000003", printed: "1:0:0:2::3"),
        RDataExample(.aaaa, "1:0:2:3:4:5:6:7", wire: "00010000000200030004000500060007"),
        RDataExample(.aaaa, "::ffff:192.0.2.128", wire: "00000000000000000000FFFFC0000280"),
        RDataExample(
            .aaaa,
            "64:ff9b::192.0.2.33",
            wire: "0064FF9B0000000000000000C0000221",
            printed: "64:ff9b::c000:221"
        ),
    ]

    static let names: [RDataExample] = [
        RDataExample(.ns, "a.example.", wire: "0161076578616D706C6500"),
        RDataExample(.cname, "@", wire: "076578616D706C6500", printed: "example."),
        RDataExample(.ptr, "a", wire: "0161076578616D706C6500", printed: "a.example."),
        RDataExample(.dname, ".", wire: "00"),
        RDataExample(
            .soa,
            #"ns1 Action\.domains 20 2h 600 1w 1m"#,
            wire:
                "036E7331076578616D706C65000E416374696F6E2E646F6D61696E73076578616D706C65000000001400001C200000025800093A800000003C",
            printed: #"ns1.example. Action\.domains.example. 20 7200 600 604800 60"#
        ),
        RDataExample(.mx, "10 mail.example.", wire: "000A046D61696C076578616D706C6500"),
        RDataExample(.mx, "0 .", wire: "000000"),
        RDataExample(.rp, "a.example. .", wire: "0161076578616D706C650000"),
        RDataExample(.afsdb, "1 a.example.", wire: "00010161076578616D706C6500"),
        RDataExample(.kx, "5 a.example.", wire: "00050161076578616D706C6500"),
        RDataExample(.srv, "0 5 5060 sip.example.", wire: "0000000513C403736970076578616D706C6500"),
    ]

    static let texts: [RDataExample] = [
        RDataExample(.txt, #"hello "a b" """#, wire: "0568656C6C6F0361206200", printed: #""hello" "a b" """#),
        RDataExample(.txt, #""a\"b\\c\009\255;""#, wire: "086122625C6309FF3B"),
        RDataExample(.spf, #""v=spf1 -all""#, wire: "0B763D73706631202D616C6C"),
        RDataExample(
            .hinfo,
            #"PC "NetBSD/amd64 9""#,
            wire: "0250430E4E65744253442F616D6436342039",
            printed: #""PC" "NetBSD/amd64 9""#
        ),
        RDataExample(
            .caa,
            #"0 issue "ca1.example.net; policy=ev""#,
            wire: "000569737375656361312E6578616D706C652E6E65743B20706F6C6963793D6576"
        ),
        RDataExample(
            .uri,
            #"10 1 "ftp://ftp1.example.com/public""#,
            wire: "000A00016674703A2F2F667470312E6578616D706C652E636F6D2F7075626C6963"
        ),
        RDataExample(
            .naptr,
            #"100 50 "s" "http+I2L+I2C+I2R" "" _http._tcp.gatech.edu."#,
            wire: "00640032017310687474702B49324C2B4932432B49325200055F68747470045F746370066761746563680365647500"
        ),
    ]

    static let numbers: [RDataExample] = [
        RDataExample(.eui48, "00-00-5e-00-53-2a", wire: "00005E00532A"),
        RDataExample(.eui64, "00-00-5e-ef-10-00-00-2a", wire: "00005EEF1000002A"),
        RDataExample(.apl, "1:192.168.32.0/21 !1:192.168.38.0/28", wire: "00011503C0A82000011C83C0A826"),
        RDataExample(.apl, "2:ff00::/8", wire: "00020801FF"),
        RDataExample(.apl, "1:0.0.0.0/0", wire: "00010000"),
        RDataExample(
            .loc,
            "42 21 54 N 71 06 18 W -24m 30m",
            wire: "0033161389172DD070BE15F000988D20",
            printed: "42 21 54.000 N 71 6 18.000 W -24.00m 30.00m 10000.00m 10.00m"
        ),
        RDataExample(
            .loc,
            "52 14 05 N 00 08 50 E 10m",
            wire: "001216138B3556C88008165000989A68",
            printed: "52 14 5.000 N 0 8 50.000 E 10.00m 1.00m 10000.00m 10.00m"
        ),
        RDataExample(
            .loc,
            "32 7 19 S 116 2 25 E 10m",
            wire: "00121613791B7D2898E6486800989A68",
            printed: "32 7 19.000 S 116 2 25.000 E 10.00m 1.00m 10000.00m 10.00m"
        ),
        RDataExample(.apl, "", wire: ""),
        RDataExample(RRType(rawValue: 65280), "\\# 3 ab cdef", wire: "ABCDEF", printed: "\\# 3 ABCDEF"),
        RDataExample(RRType(rawValue: 65280), "\\# 0", wire: ""),
    ]

    static let security: [RDataExample] = [
        RDataExample(
            .sshfp,
            "2 1 123456789abcdef67890123456789abcdef67890",
            wire: "0201123456789ABCDEF67890123456789ABCDEF67890",
            printed: "2 1 123456789ABCDEF67890123456789ABCDEF67890"
        ),
        RDataExample(
            .tlsa,
            "3 1 1 d2abde240d7cd3ee6b4b28c54df034b9 7983a1d16e8a410e4561cb106618e971",
            wire: "030101D2ABDE240D7CD3EE6B4B28C54DF034B97983A1D16E8A410E4561CB106618E971",
            printed: "3 1 1 D2ABDE240D7CD3EE6B4B28C54DF034B97983A1D16E8A410E4561CB106618E971"
        ),
        RDataExample(.smimea, "3 0 0 aabbcc", wire: "030000AABBCC", printed: "3 0 0 AABBCC"),
        RDataExample(.openpgpkey, "q8zv", wire: "ABCCEF"),
        RDataExample(.cert, "PKIX 65534 RSASHA256 MA==", wire: "0001FFFE0830", printed: "1 65534 8 MA=="),
        RDataExample(
            .ds,
            "60485 RSASHA1 1 2BB183AF5F22588179A53B0A 98631FAD1A292118",
            wire: "EC4505012BB183AF5F22588179A53B0A98631FAD1A292118",
            printed: "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118"
        ),
        RDataExample(.cds, "0 0 0 00", wire: "0000000000"),
        RDataExample(.dnskey, "256 3 RSASHA256 AwEAAQ==", wire: "0100030803010001", printed: "256 3 8 AwEAAQ=="),
        RDataExample(.cdnskey, "0 3 0 AA==", wire: "0000030000"),
        RDataExample(
            .rrsig,
            "A 5 3 86400 20030322173103 20030220173103 2642 example.com. oJB1",
            wire: "00010503000151803E7C9DD73E5510D70A52076578616D706C6503636F6D00A09075"
        ),
        RDataExample(
            .rrsig,
            "A 5 3 86400 1048354263 1045762263 2642 example.com. oJB1",
            wire: "00010503000151803E7C9DD73E5510D70A52076578616D706C6503636F6D00A09075",
            printed: "A 5 3 86400 20030322173103 20030220173103 2642 example.com. oJB1"
        ),
        RDataExample(
            .nsec,
            "host.example.com. A MX RRSIG NSEC TYPE1234",
            wire:
                "04686F7374076578616D706C6503636F6D000006400100000003041B000000000000000000000000000000000000000000000000000020"
        ),
        RDataExample(
            .nsec3,
            "1 1 12 aabbccdd 2t7b4g4vsa5smi47k61mv5bv1a22bojr MX DNSKEY NS SOA NSEC3PARAM RRSIG",
            wire: "0101000C04AABBCCDD14174EB2409FE28BCB4887A1836F957F0A8425E27B000722010000000290",
            printed: "1 1 12 AABBCCDD 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR NS SOA MX RRSIG DNSKEY NSEC3PARAM"
        ),
        RDataExample(
            .nsec3,
            "1 0 0 - 2t7b4g4vsa5smi47k61mv5bv1a22bojr",
            wire: "010000000014174EB2409FE28BCB4887A1836F957F0A8425E27B",
            printed: "1 0 0 - 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR"
        ),
        RDataExample(.nsec3param, "1 0 0 -", wire: "0100000000"),
        RDataExample(.csync, "66 3 A NS AAAA", wire: "000000420003000460000008"),
        RDataExample(
            .zonemd,
            "2018031900 1 1 C68090D90A7AED716BC459F9340E3D7C1370D4D24B7E2FC3A1DDC0B9A87153B9A9713B3C9AE5CC27777F98B8E730044C",
            wire:
                "7848B91C0101C68090D90A7AED716BC459F9340E3D7C1370D4D24B7E2FC3A1DDC0B9A87153B9A9713B3C9AE5CC27777F98B8E730044C"
        ),
    ]

    static let services: [RDataExample] = [
        RDataExample(.svcb, "0 foo.example.com.", wire: "000003666F6F076578616D706C6503636F6D00"),
        RDataExample(.https, "1 .", wire: "000100"),
        RDataExample(.svcb, "16 foo.example.com. port=53", wire: "001003666F6F076578616D706C6503636F6D00000300020035"),
        RDataExample(
            .svcb,
            "1 foo.example.com. key667=hello",
            wire: "000103666F6F076578616D706C6503636F6D00029B000568656C6C6F",
            printed: #"1 foo.example.com. key667="hello""#
        ),
        RDataExample(
            .svcb,
            #"1 foo.example.com. key667="hello\210qoo""#,
            wire: "000103666F6F076578616D706C6503636F6D00029B000968656C6C6FD2716F6F"
        ),
        RDataExample(
            .svcb,
            #"1 foo.example.com. ipv6hint="2001:db8::1,2001:db8::53:1""#,
            wire:
                "000103666F6F076578616D706C6503636F6D000006002020010DB800000000000000000000000120010DB8000000000000000000530001",
            printed: "1 foo.example.com. ipv6hint=2001:db8::1,2001:db8::53:1"
        ),
        RDataExample(
            .svcb,
            "16 foo.example.org. alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1",
            wire: "001003666F6F076578616D706C65036F7267000000000400010004000100090268320568332D313900040004C0000201",
            printed: #"16 foo.example.org. mandatory=alpn,ipv4hint alpn="h2,h3-19" ipv4hint=192.0.2.1"#
        ),
        RDataExample(
            .svcb,
            #"16 foo.example.org. alpn="f\\\\oo\\,bar,h2""#,
            wire: "001003666F6F076578616D706C65036F7267000001000C08665C6F6F2C626172026832"
        ),
        RDataExample(
            .svcb,
            #"16 foo.example.org. alpn=f\\\092oo\092,bar,h2"#,
            wire: "001003666F6F076578616D706C65036F7267000001000C08665C6F6F2C626172026832",
            printed: #"16 foo.example.org. alpn="f\\\\oo\\,bar,h2""#
        ),
        RDataExample(
            .https,
            #"1 . alpn="h2" no-default-alpn port=8443 ech=AAT+DQAA"#,
            wire: "00010000010003026832000200000003000220FB000500060004FE0D0000"
        ),
        RDataExample(
            .svcb,
            #"1 dns.example. alpn="dot,h2" dohpath="/q{?dns}""#,
            wire: "000103646E73076578616D706C65000001000703646F74026832000700082F717B3F646E737D",
            printed: #"1 dns.example. alpn="dot,h2" key7="/q{?dns}""#
        ),
    ]
}
