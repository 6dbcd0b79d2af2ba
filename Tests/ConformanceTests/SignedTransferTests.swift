// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import TestSupport
import Testing

/// Zones signed elsewhere, served and transferred by the real responder, validated by programs of others.
@Suite struct SignedTransferTests {
    /// A question below an apex, and whether opt-out leaves open what is asked for: the chase ends at no signature then.
    private static let questions: [(name: String, type: RRType, isOpen: Bool)] = [
        ("web.", .a, false), ("", .mx, false), ("", .soa, false), ("www.", .a, false), ("secure.", .ds, false),
        ("q.w.", .a, true), ("x.y.w.", .txt, true), ("web.", .txt, false), ("nope.", .a, true), ("mail.", .a, false),
        ("b.c.d.", .a, true), ("dn.", .dname, false),
    ]

    @Test("AXFR of zones signed elsewhere passes ldns-verify-zone and dnssec-verify, and drill chases answers")
    func transferred() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("transferred-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // What ldns-signzone signs of SvcParams with escaped commas is no good to dnssec-verify, as it comes from the signer.
        let text = DifferentialZones.text(.toBeSigned, seed: 4, random: 40).split(separator: "\n")
            .filter { !$0.contains(#"alpn="a\\"#) }.joined(separator: "\n")
        let zones = try DifferentialSigner.Program.allCases.flatMap { program in
            try DifferentialSigner.Denial.allCases.map {
                try DifferentialSigner(program, $0, folder: folder).sign(text)
            }
        }
        #expect(zones.count == 9)
        let primary = try await DifferentialPrimary(
            zones: zones,
            folder: folder.path,
            peers: "peer everybody address=127.0.0.1 key=none zones=all\n"
        )
        try await primary.run {
            for zone in zones {
                try verify(zone, port: primary.port, folder)
                try chase(zone, port: primary.port, folder)
            }
        }
    }

    /// Fetches a zone with two programs, and has two others check every signature and the whole chain of denial.
    private func verify(_ zone: DifferentialZone, port: Int, _ folder: URL) throws {
        let apex = zone.name.text
        for (client, flags) in [("dig", ["+nocmd", "+nostats", "+nocomments", "+onesoa"]), ("kdig", [])] {
            let text = try run(client, ["@127.0.0.1", "-p", "\(port)"] + flags + [apex, "AXFR"], folder)
            let contents = MasterFileContents(text: Array(text.utf8), origin: zone.name)
            #expect(contents.errors.isEmpty, "\(client) \(apex)")
            let received = Set(contents.records.map { ComparableRecord($0.record) })
            #expect(received == Set(zone.records.map { ComparableRecord($0) }), "\(client) \(apex)")
            // kdig prints the SOA at the end once more.
            let lines = contents.records.map(\.record.line)
            let file = folder.appendingPathComponent("axfr")
            let unique = lines.first == lines.last ? lines.dropLast() : lines[...]
            try unique.joined(separator: "\n").appending("\n").write(to: file, atomically: true, encoding: .utf8)
            _ = try run("ldns-verify-zone", ["axfr"], folder)
            let bind = try run("dnssec-verify", ["-o", apex, "axfr"], folder)
            #expect(bind.contains("Zone fully signed"), "\(client) \(apex): \(bind)")
            // What is checked can fail: without one signature, no program takes it.
            let index = try #require(unique.firstIndex { $0.contains("RRSIG\tA ") || $0.contains("RRSIG A ") })
            var broken = unique
            broken.remove(at: index)
            try broken.joined(separator: "\n").appending("\n").write(to: file, atomically: true, encoding: .utf8)
            #expect(throws: SecondaryError.self) { try run("ldns-verify-zone", ["axfr"], folder) }
            #expect(throws: SecondaryError.self) { try run("dnssec-verify", ["-o", apex, "axfr"], folder) }
        }
    }

    /// Has drill chase answers up to the key of the zone.
    private func chase(_ zone: DifferentialZone, port: Int, _ folder: URL) throws {
        let keys = zone.records.filter { $0.type == .dnskey && $0.rdata.count > 1 && $0.rdata[1] & 1 == 1 }
        #expect(!keys.isEmpty)
        let trust = folder.appendingPathComponent("trust")
        // With a key that signed nothing the chase has to fail.
        let forged = keys.map { key in
            let rdata = key.rdata.dropLast() + [(key.rdata.last ?? 0) ^ 1]
            return ResourceRecord(owner: key.owner, type: .dnskey, ttl: key.ttl, rdata: Array(rdata)).line
        }
        try forged.joined(separator: "\n").appending("\n").write(to: trust, atomically: true, encoding: .utf8)
        #expect(try !isChased("web." + zone.name.text, .a, port, folder).verdict)
        try keys.map { $0.line + "\n" }.joined().write(to: trust, atomically: true, encoding: .utf8)
        let isOptOut = zone.name.text.contains("optout")
        for question in Self.questions where !(isOptOut && question.isOpen) {
            let chase = try isChased(question.name + zone.name.text, question.type, port, folder)
            #expect(chase.verdict, "\(question) \(zone.name.text): \(chase.text)")
        }
    }

    private func isChased(_ name: String, _ type: RRType, _ port: Int, _ folder: URL) throws -> (
        verdict: Bool, text: String
    ) {
        let arguments = ["-S", "-k", "trust", "-p", "\(port)", "@127.0.0.1", name, "\(type)"]
        let text = try ForeignProgram.run("drill", arguments, in: folder)
        return (text.contains("Chase successful"), text)
    }

    private func run(_ program: String, _ arguments: [String], _ folder: URL) throws -> String {
        try ForeignProgram.run(program, arguments, in: folder, allowsFailure: false)
    }
}
