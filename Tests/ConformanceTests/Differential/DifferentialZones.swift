// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire

/// The generator of the zones: what servers get wrong, and chance.
enum DifferentialZones {
    /// What a zone may hold.
    enum Kind {
        /// No data below a DNAME, which NSD and Knot refuse and signers treat differently.
        case plain
        /// Data below DNAMEs also.
        case occluded
        /// As plain; by chance there is no DNAME.
        case toBeSigned
    }

    /// The text of a zone; the origin is the apex.
    static func text(_ kind: Kind, seed: UInt64, random count: Int) -> String {
        var lines = head + wildcards + delegations + aliases + large + types
        if kind == .occluded { lines += belowDNAMEs }
        lines += chance(kind, seed: seed, count: count)
        return "$TTL 3600\n" + lines.joined(separator: "\n")
    }

    /// A zone that has only what each zone has, and these lines.
    static func small(_ lines: [String]) -> String {
        "$TTL 3600\n" + (head + lines).joined(separator: "\n")
    }

    private static let head = [
        "@ SOA ns1 hostmaster 7 7200 900 1209600 300", "@ NS ns1", "@ NS ns2.elsewhere.invalid.",
        "@ 600 MX 10 mail", "@ 600 MX 20 mail.cut", "@ 600 TXT \"apex\"", "@ 60 A 192.0.2.1", "@ 60 AAAA 2001:db8::1",
        "@ CAA 0 issue \"ca.invalid\"", "ns1 A 192.0.2.53", "ns1 AAAA 2001:db8::53", "mail 300 A 192.0.2.25",
        "web 300 A 192.0.2.80", "web 300 AAAA 2001:db8::80", "MiXeD 300 TXT \"mixed case\"",
        "host.MiXeD 300 PTR MiXeD.Elsewhere.Invalid.",
    ]

    private static let wildcards = [
        "*.w 60 A 192.0.2.90", "*.w 60 TXT \"wildcard\"", "exact.w 60 TXT \"exact\"", "x.ent.w 60 A 192.0.2.91",
        "*.x.w 60 MX 5 mail", "b.*.w 60 A 192.0.2.92", "*.*.ww 60 A 192.0.2.93", "sub.*.star 60 A 192.0.2.94",
        "*.cw 60 CNAME web", "*.cx 60 CNAME nothing", "*.cl 60 CNAME x.cl", "*.cy 60 CNAME q.cw",
        "*.cz 60 CNAME x.cut", "*.cd 60 CNAME x.dn", "*.mx 60 MX 10 q.w", "*.mx 60 MX 20 mail",
        "a.b.c.d 60 A 192.0.2.95", "*.srv 60 SRV 1 2 3 web", "*.ns.wcut.w 60 A 192.0.2.96",
    ]

    private static let delegations = [
        "cut NS ns.cut", "cut NS ns.sibling", "cut NS ns.far.elsewhere.invalid.", "ns.cut A 192.0.2.100",
        "ns.cut AAAA 2001:db8::100", "mail.cut A 192.0.2.101", "*.cut A 192.0.2.102", "x.cut TXT \"occluded\"",
        "deeper.cut NS ns.deeper.cut", "ns.deeper.cut A 192.0.2.103", "sibling NS ns.sibling",
        "ns.sibling A 192.0.2.104", "secure NS ns.secure", "ns.secure A 192.0.2.105",
        "secure DS 12345 13 2 \(String(repeating: "1B", count: 32))", "inner.far NS ns1", "other.far NS web",
        "dsonly.far NS ns.nothing", "dsonly.far DS 1 8 2 \(String(repeating: "2C", count: 32))", "bare NS bare",
        "bare A 192.0.2.106", "cut.w NS ns1", "occludedcname NS ns1", "x.occludedcname CNAME web",
    ]

    private static let aliases: [String] =
        [
            "www 300 CNAME web", "missing 300 CNAME nothing", "nodata 300 CNAME mail",
            "out 300 CNAME out.elsewhere.invalid.",
            "incut 300 CNAME x.cut", "atcut 300 CNAME cut", "inw 300 CNAME q.w", "ent 300 CNAME c.d",
            "self 300 CNAME self",
            "loop1 300 CNAME loop2", "loop2 300 CNAME loop3", "loop3 300 CNAME loop1", "indn 300 CNAME x.dn",
            "kidname 300 CNAME web.kid", "other 300 CNAME www.plain.test.", "unhosted 300 CNAME a.un.hosted.test.",
            "dn 120 DNAME target", "dn TXT \"beside\"", "x.target A 192.0.2.70", "y.target CNAME web",
            "z.target CNAME x.dn", "dnself DNAME dnself", "dnbelow DNAME x.dnbelow", "dnout DNAME elsewhere.invalid.",
            "dncut DNAME cut", "dnchain DNAME dn", "dnw DNAME w", "dnroot DNAME .", "dnl1 DNAME dnl2",
            "dnl2 DNAME dnl1",
            "dnlong DNAME \(String(repeating: "l", count: 63)).\(String(repeating: "m", count: 63)).target",
            "cdn CNAME dn", "cycle.dc DNAME dc", "mxdn 60 MX 1 x.dn", "mxdn 60 MX 2 www",
        ] + (1...24).map { "chain\($0) 300 CNAME chain\($0 + 1)" } + ["chain25 300 A 192.0.2.71"]

    private static let belowDNAMEs = ["x.dn A 192.0.2.72", "*.dnout TXT \"occluded\"", "cutbelow.dn NS ns1"]

    private static let large: [String] =
        (0..<80).map { "many 60 A 198.51.100.\($0)" } + (0..<12).map { "texts 60 TXT \"\($0) \(filler)\"" }
        + (0..<14).flatMap {
            ["wide NS ns\($0).wide", "ns\($0).wide A 203.0.113.\($0)", "ns\($0).wide AAAA 2001:db8:1::\($0)"]
        }
        + (0..<25).map { "mxs 60 MX \($0) host\($0).mxs" }
        + (0..<25).flatMap { ["host\($0).mxs 60 A 203.0.113.\($0)", "host\($0).mxs 60 AAAA 2001:db8:2::\($0)"] }
        + ["\(longLabels) 60 A 192.0.2.73", "*.\(longLabels.dropFirst(64)) 60 TXT \"long\""]

    private static let filler = String(repeating: "t", count: 240)
    /// 193 octets, so that little fits below it.
    private static let longLabels = ["a", "b", "c"].map { String(repeating: $0, count: 63) }.joined(separator: ".")

    /// Types that mean something only where signers and delegations put them.
    private static let special = [
        "CNAME", "DNAME", "NS", "DS", "CDS", "CDNSKEY", "DNSKEY", "RRSIG", "NSEC", "CSYNC", "ZONEMD", "NULL",
        "TYPE65535",
    ]

    private static let types: [String] =
        ConformanceZone.data.filter { line in !special.contains { line.hasPrefix($0 + " ") } }
        .enumerated().map { "t\($0) 60 \($1)" } + [
            "add 60 MX 0 .", "add 60 MX 1 web", "add 60 SRV 1 2 3 web", "add 60 SRV 1 2 3 mail", "add 60 KX 1 web",
            "add 60 RT 1 mail", "add 60 AFSDB 1 web", "add 60 NAPTR 1 2 \"S\" \"\" \"\" srv", "srv 60 SRV 1 2 3 web",
            "add 60 NAPTR 1 2 \"A\" \"\" \"\" mail", "add 60 SVCB 1 web", "add 60 HTTPS 1 . alpn=h2",
            "add 60 A 192.0.2.74",
            "alias 60 HTTPS 0 add", "alias 60 SVCB 0 add", "glue 60 MX 1 ns.cut", "glue 60 SRV 1 2 3 ns.secure",
            "add 60 TYPE65280 \\# 3 010203", "nsin 60 TXT \"x\"", "addcname 60 MX 1 www", "addwild 60 MX 1 q.w",
        ]

    /// Owners of a few labels, so that they meet.
    private static func chance(_ kind: Kind, seed: UInt64, count: Int) -> [String] {
        var random = DifferentialRandom(seed: seed)
        let labels = ["a", "b", "c", "d", "*", "m-n", "z"]
        let targets = ["web", "a.r", "b.a.r", "c.b.r", "*.r", "q.a.r", "x.dn", "cut", "nothing", "a.b.c.r"]
        var owners: [String: String] = [:]
        for _ in 0..<count {
            let owner = (0...random.below(4)).map { _ in random.one(of: labels) }.joined(separator: ".") + ".r"
            let isWildcard = owner.hasPrefix("*.")
            let kinds = ["A", "A", "TXT", "MX", "AAAA", "CNAME"] + (isWildcard ? [] : ["NS", "DNAME"])
            let type = random.one(of: kinds)
            guard owners[owner] == nil else { continue }
            if kind == .toBeSigned, type == "DNAME" { continue }
            switch type {
            case "A": owners[owner] = "A 10.0.\(random.below(256)).\(random.below(256))"
            case "AAAA": owners[owner] = "AAAA 2001:db8::\(random.below(256))"
            case "MX": owners[owner] = "MX 1 \(random.one(of: targets))"
            case "TXT": owners[owner] = "TXT \"\(owner)\""
            default: owners[owner] = "\(type) \(random.one(of: targets))"
            }
        }
        if kind == .plain {
            let tops = owners.filter { $0.value.hasPrefix("DNAME") }.map { "." + $0.key }
            owners = owners.filter { owner in !tops.contains { owner.key.hasSuffix($0) } }
        }
        return owners.map { "\($0.key) \(60 + $0.key.utf8.count) \($0.value)" }.sorted()
    }
}
