// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Glibc
import ZoneTransfer

/// Queries that are right, of all kinds: what mutated packets are made from.
struct PacketSeeds {
    /// The zone that is asked.
    static let zone = "mutated.example"
    /// The zone's records, in a master file below `zone`.
    static let records =
        """
        $TTL 300
        @ IN SOA ns1 hostmaster 1 7200 3600 1209600 300
        @ IN NS ns1
        @ IN NS ns2.elsewhere.example.
        @ IN MX 10 mail
        ns1 IN A 192.0.2.1
        mail IN AAAA 2001:db8::25
        alias IN CNAME alias2
        alias2 IN CNAME ns1
        loop1 IN CNAME loop2
        loop2 IN CNAME loop1
        *.wild IN TXT "wild"
        a.b.c.ent IN A 192.0.2.5
        sub IN NS ns.sub
        ns.sub IN A 192.0.2.6
        secure IN NS ns.secure
        secure IN DS 12345 13 2 8acbb0cd28f41250a80a491389424d341522d946b0da0c0291f2d3d771d7805a
        ns.secure IN A 192.0.2.7
        tree IN DNAME elsewhere.example.
        _sip._tcp IN SRV 10 20 5060 mail
        svc IN HTTPS 1 mail alpn=h2

        """ + (0..<40).map { "long IN TXT \"\($0) \(String(repeating: "t", count: 200))\"\n" }.joined()
        + (0..<100).map { "p\($0) IN A 192.0.2.\($0)\n" }.joined()

    private static let names = [
        "@", "ns1", "alias", "loop1", "x.wild", "a.b.c.ent", "b.c.ent", "sub", "host.sub", "secure", "x.secure", "tree",
        "x.y.tree", "_sip._tcp", "svc", "long", "nope", "*.wild", "example.", ".", "other.test.", "version.bind.",
    ]
    private static let types: [RRType] = [.a, .aaaa, .ns, .soa, .mx, .txt, .ds, .any, .dnskey, .cname, .srv, .rrsig]
    private static let options: [EDNSOption] = [
        EDNSOption(code: .nameServerIdentifier, data: []),
        EDNSOption(code: .cookie, data: [1, 2, 3, 4, 5, 6, 7, 8]),
        EDNSOption(code: .cookie, data: [UInt8](1...24)),
        EDNSOption(code: .clientSubnet, data: [0, 1, 24, 0, 192, 0, 2]),
        EDNSOption(code: .tcpKeepalive, data: []),
        EDNSOption(code: .padding, data: [UInt8](repeating: 0, count: 20)),
        EDNSOption(code: EDNSOption.Code(rawValue: 65_001), data: [7]),
    ]

    /// The key that signs some of them.
    let key: TSIGKey

    /// All of them.
    func all() throws -> [[UInt8]] {
        let origin = try Name(text: Self.zone + ".")
        var seeds: [[UInt8]] = []
        for (place, text) in Self.names.enumerated() {
            let name = try Name(text: text, origin: origin)
            for (number, type) in Self.types.enumerated() {
                var message = Message.query(id: 0, Question(name: name, type: type))
                if (place + number) % 4 > 0 {
                    var edns = EDNS(payloadSize: [512, 1232, 4096, 0][number % 4], dnssecOK: number.isMultiple(of: 2))
                    if number % 3 > 0 { edns.options = [Self.options[(place + number) % Self.options.count]] }
                    if number % 5 == 0 { edns.options = Self.options }
                    message.edns = edns
                }
                seeds.append(try message.encoded())
            }
        }
        return seeds + (try unusual(origin))
    }

    /// Transfers, other operations and classes, signed and plain.
    private func unusual(_ apex: Name) throws -> [[UInt8]] {
        var seeds: [[UInt8]] = []
        let soa = ResourceRecord(
            owner: apex,
            type: .soa,
            ttl: 0,
            rdata: Name.root.wire + Name.root.wire + [0, 0, 0, 6] + [UInt8](repeating: 0, count: 16)
        )
        for type in [RRType.axfr, .ixfr, .soa, .a] {
            var message = Message.query(id: 0, Question(name: apex, type: type))
            if type == .ixfr { message.authorities = [soa] }
            seeds.append(try message.encoded())
            var client = TSIGClient(key: key)
            var signed = seeds[seeds.count - 1]
            client.sign(&signed, now: UInt64(time(nil)))
            seeds.append(signed)
        }
        for opcode in UInt8(1)...6 {
            var octets = try Message.query(id: 0, Question(name: apex, type: .soa)).encoded()
            octets[2] |= opcode << 3
            seeds.append(octets)
        }
        for rrclass in [3, 254, 255] as [UInt16] {
            let name = try Name(text: rrclass == 3 ? "version.bind." : "ns1.\(Self.zone).")
            let question = Question(name: name, type: .txt, rrclass: RRClass(rawValue: rrclass))
            seeds.append(try Message.query(id: 0, question, edns: EDNS(payloadSize: 1232)).encoded())
        }
        return seeds
    }
}
