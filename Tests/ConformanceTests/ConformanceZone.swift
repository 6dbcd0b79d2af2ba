// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

/// Zones that hold what text can get wrong.
enum ConformanceZone {
    /// The apex of the zones.
    static let origin = "example."

    private static let apex = [
        "example. 60 IN SOA ns1.example. hostmaster.example. 1 7200 3600 1209600 300",
        "example. 60 IN NS ns1.example.",
        "ns1.example. 60 IN A 192.0.2.1",
    ]

    /// Data of each type, each at a name of its own.
    static let data = [
        "A 192.0.2.255", "AAAA ::", "AAAA ::1", "AAAA 2001:db8::1:0:0:1", "AAAA ::ffff:192.0.2.1", "AAAA ::192.0.2.1",
        "CNAME a.b.", "DNAME a.b.", "NS a.b.", "PTR .", "MX 65535 .", "SRV 0 65535 0 .", "RP . a.b.", "AFSDB 1 a.b.",
        "KX 1 a.b.", "MINFO a. b.", "RT 1 a.b.", "TXT \"\" \"a\" \"\"", "SPF \"v=spf1 -all\"", "HINFO \"\" \"a b\"",
        "NAPTR 1 2 \"S\" \"SIP+D2U\" \"!^.*$!sip:a@b!\" .", "CAA 128 iodef \"mailto:a@b.example\"", "CAA 0 issue \";\"",
        "URI 1 2 \"https://a.b/?c=d\"", "SSHFP 4 1 \(String(repeating: "0A", count: 20))",
        "TLSA 3 1 2 \(String(repeating: "F1", count: 64))", "SMIMEA 0 0 0 00", "OPENPGPKEY AAEC", "OPENPGPKEY AAECAw==",
        "CERT PKIX 0 RSASHA256 AA==", "CERT 65535 65535 255 AAE=", "DS 1 13 2 \(String(repeating: "1B", count: 32))",
        "CDS 0 0 0 00", "CDNSKEY 0 3 0 AA==",
        "DNSKEY 257 3 ECDSAP256SHA256 \(String(repeating: "AAAA", count: 21))AA==",
        "RRSIG TYPE65280 13 1 60 20401231235959 20260101000000 65535 example. \(String(repeating: "AAAA", count: 21))AA==",
        "NSEC a.b. A NS SOA MX TXT AAAA SRV DS RRSIG NSEC DNSKEY CAA TYPE65280 TYPE65535",
        "CSYNC 4294967295 3 A NS AAAA", "ZONEMD 1 1 241 \(String(repeating: "00", count: 12))",
        "EUI48 00-00-5e-00-53-2a", "EUI64 00-00-5e-ef-10-00-00-2a", "APL 1:192.0.2.0/24 !1:0.0.0.0/0 2:2001:db8::/32",
        "LOC 0 0 0.000 S 180 0 0.000 W -100000.00m 0m 90000000m 0.01m", "LOC 90 N 0 0 0.001 E 42849672.95m",
        "SVCB 0 a.b.", "SVCB 65535 . mandatory=port alpn=\"h2,h3\" no-default-alpn port=0 ipv4hint=192.0.2.1,192.0.2.2",
        "HTTPS 1 . ech=AAT+DQAA ipv6hint=::,2001:db8::1 dohpath=\"/{?dns}\" key667=\"a b\" key65534",
        "HTTPS 1 . alpn=\"a\\\\,b,c\\\\\\\\d\"", "TYPE65280 \\# 0", "TYPE65535 \\# 4 DEADBEEF", "NULL \\# 2 0001",
    ]

    /// A zone with data of every type.
    static func everyType() throws -> [ResourceRecord] {
        try apex.map { try ResourceRecord(line: $0) }
            + data.enumerated().map { try ResourceRecord(line: "r\($0).example. \($0) IN \($1)") }
    }

    /// A zone with every octet in each place that text escapes.
    static func everyOctet() throws -> [ResourceRecord] {
        var records = try apex.map { try ResourceRecord(line: $0) }
        for octet in UInt8.min...UInt8.max {
            let strings: [(RRType, [UInt8])] = [
                (.txt, [3, octet, 0x61, octet, 1, octet]),
                (.caa, [0, 5] + "issue".utf8 + [octet, 0x61, octet]),
                (.uri, [0, 1, 0, 1, octet, octet]),
                (.svcb, [0, 1, 0, 0, 1, 0, 4, 3, 0x61, octet, 0x61]),
                (.https, [0, 1, 0, 0x02, 0x9B, 0, 3, octet, 0x61, octet]),
            ]
            for (type, rdata) in strings {
                let owner = try Name(text: "\(type)-\(octet).example.")
                records.append(ResourceRecord(owner: owner.lowercased(), type: type, ttl: 60, rdata: rdata))
            }
            // Servers may print letters of names in either case.
            guard !(0x41...0x5A).contains(octet) else { continue }
            let name = try Name(labels: [[octet], [0x61, octet, octet]])
            let owner = try name.concatenating(try Name(text: "names.example."))
            records.append(ResourceRecord(owner: owner, type: .ptr, ttl: 60, rdata: name.wire))
        }
        return records
    }

    /// A zone with the longest name, label, string and text.
    static func longest() throws -> [ResourceRecord] {
        let label = String(repeating: "x", count: 63)
        let owner = "\(label).\(label).\(label).\(String(repeating: "y", count: 53)).example."
        let string = "\"\(String(repeating: "\\200", count: 255))\""
        return try
            (apex + [
                "\(owner) 2147483647 IN PTR \(owner)",
                "long.example. 0 IN TXT\(String(repeating: " \(string)", count: 200))",
            ]).map { try ResourceRecord(line: $0) }
    }
}
