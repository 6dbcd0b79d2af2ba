// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import ResponderEngine
import Testing
import ZoneStore

/// Zones signed by other programs, served, and validated by other programs.
@Suite(.serialized) struct SignedZoneValidatorTests {
    private static let zone = """
        $TTL 3600
        @ SOA ns1 hostmaster 7 7200 900 1209600 300
        @ NS ns1
        ns1 A 192.0.2.53
        mail A 192.0.2.25
        web A 192.0.2.80
        www CNAME web
        missing CNAME nothing
        a.b.c A 192.0.2.5
        *.wild A 192.0.2.90
        host.wild TXT "exact"
        x.ent.wild A 192.0.2.91
        *.cwild CNAME web
        *.cw2 CNAME q.cwild
        sub.*.star A 192.0.2.92
        secure NS ns1
        secure DS 12345 13 2 \(String(repeating: "0", count: 64))
        insecure NS ns1
        only.ent NS ns1
        dn DNAME target
        x.target A 192.0.2.70
        """

    /// Name, type, and whether it is insecure with opt-out: the proof covers names then that may exist (RFC 5155 6).
    private static let questions: [(name: String, type: RRType, isOptedOut: Bool)] = [
        ("web", .a, false), ("nope", .a, true), ("x.y.nope", .a, true), ("web", .txt, false), ("www", .aaaa, false),
        ("missing", .a, true), ("b.c", .a, false), ("any.b.c", .a, true), ("x.wild", .a, true),
        ("x.y.wild", .txt, true), ("host.wild", .a, false), ("y.ent.wild", .a, true), ("x.cwild", .a, true),
        ("x.cw2", .a, true), ("any.star", .a, true), ("secure", .ds, false), ("insecure", .ds, true),
        ("ent", .a, true), ("x.ent", .a, true), ("only.ent", .ds, true), ("x.dn", .a, false), ("y.dn", .a, true),
    ]

    @Test(
        "unbound and delv find every answer secure",
        arguments: SignedZonePrograms.Signer.allCases,
        SignedZonePrograms.Denial.allCases
    )
    func validate(signer: SignedZonePrograms.Signer, denial: SignedZonePrograms.Denial) throws {
        let programs = try SignedZonePrograms()
        let zone = try ModelZone("z.", programs.sign(Self.zone, with: signer, denial))
        let fixture = try ResponderFixture()
        try fixture.put(zone)
        let server = try UDPServer(
            store: fixture.store,
            addresses: [ListenAddress(host: "127.0.0.1", port: 0)],
            threads: 1
        )
        try server.start()
        defer { server.stop() }
        let port = try #require(server.addresses.first).port
        let key = try keySigningKey(of: zone)
        try configure(programs, port, key)
        for question in Self.questions {
            let isOptedOut = denial == .optOut && question.isOptedOut
            let label: Comment = "\(question.name) \(question.type)"
            let unbound = try programs.run(
                "unbound-host",
                ["-C", "unbound.conf", "-v", "-t", "\(question.type)", "\(question.name).z."],
                allowsFailure: true
            )
            #expect(!unbound.contains("BOGUS") && !unbound.contains("SERVFAIL"), "\(label): \(unbound)")
            #expect(
                unbound.contains("(secure)") || isOptedOut && unbound.contains("(insecure)"),
                "\(label): \(unbound)"
            )
            // It asks again over TCP what does not fit, which this server does not speak.
            guard denial != .optOut, !question.name.hasSuffix("dn") else { continue }
            let delv = try programs.run(
                "delv",
                [
                    "@127.0.0.1", "-p", "\(port)", "-a", "anchors", "+root=z.", "\(question.name).z.",
                    "\(question.type)",
                ],
                allowsFailure: true
            )
            #expect(delv.contains("fully validated"), "\(label): \(delv)")
        }
    }

    /// The DNSKEY record that is the trust anchor, in text.
    private func keySigningKey(of zone: ModelZone) throws -> String {
        let keys = try #require(zone.rrset(zone.apex, .dnskey))
        let rdata = try #require(keys.rdatas.first { $0.starts(with: [1, 1]) })
        let data = Data(rdata.dropFirst(4)).base64EncodedString()
        return "257 3 \(rdata[3]) \"\(data)\""
    }

    private func configure(_ programs: SignedZonePrograms, _ port: UInt16, _ key: String) throws {
        try programs.write("anchors", "trust-anchors { z. static-key \(key); };\n")
        try programs.write("anchor", "z. DNSKEY \(key.replacing("\"", with: ""))\n")
        try programs.write(
            "unbound.conf",
            """
            server:
              do-not-query-localhost: no
              directory: ""
              chroot: ""
              username: ""
              trust-anchor-file: "anchor"
            stub-zone:
              name: "z"
              stub-addr: 127.0.0.1@\(port)

            """
        )
    }
}
