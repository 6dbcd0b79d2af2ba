// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Synchronization
import TestSupport
import Testing

extension SystemTests {
    /// Zones signed by the tools of others, imported as they are and asked from the real name server.
    @Suite("Zones signed elsewhere") struct PresignedTests {
        private static let records = """
            $TTL 3600
            @ IN SOA ns1 Hostmaster 7 7200 3600 1209600 300
            @ IN NS ns1
            @ IN NS NS2.Other.example.
            @ IN MX 10 Mail
            @ IN TXT "v=spf1 -all" "second"
            ns1 IN A 192.0.2.1
            ns1 IN AAAA 2001:db8::1
            mail 600 IN A 192.0.2.2
            www IN CNAME Web
            web 60 IN A 192.0.2.3
            web 60 IN A 192.0.2.4
            *.wild IN TXT "wild"
            a.b.c.ent IN A 192.0.2.5
            sub IN NS ns.sub
            sub IN NS ns.other.example.
            ns.sub IN A 192.0.2.6
            deep.sub IN TXT "occluded"
            signed IN NS ns.signed
            signed IN DS 12345 13 2 8acbb0cd28f41250a80a491389424d341522d946b0da0c0291f2d3d771d7805a
            ns.signed IN A 192.0.2.7
            old IN DNAME new.example.
            below.old IN A 192.0.2.8
            _sip._tcp IN SRV 10 20 5060 sip.example.net.
            UPPER IN A 192.0.2.9
            svc IN HTTPS 1 . alpn=h2
            raw IN TYPE65400 \\# 3 abcdef
            """

        @Test("every signature comes as it stands in the file, and every denial", arguments: ZoneSigner.Kind.allCases)
        func everySignature(kind: ZoneSigner.Kind) async throws {
            let stack = try LocalStack.current
            let zone = "\(kind.rawValue).example"
            let signer = try await ZoneSigner(zone: zone, kind)
            let path = try await signer.sign(Self.records)
            try await importFile(path, zone: zone)
            let file = try SignedFileRecords(path: path, apex: try Name(text: zone + "."))
            var faults: [String] = []
            var seen: Set<[UInt8]> = []
            for (key, set) in file.sets where key.type != .nsec3 && !file.isHidden(key.owner) {
                let answer = try ask(stack, key.owner, key.type)
                faults += Self.faults(of: answer, to: key, set, file)
                seen.formUnion((answer.answers + answer.authorities).filter(\.isDenial).map(\.rdata))
            }
            // The types that a name does not have, and names that are not there, bring all of the chain to light.
            for name in file.names {
                let below = try name.prepending(Array("absent".utf8))
                var questions = [(name, RRType(rawValue: 65_280)), (name, .ds), (below, .a)]
                if name != file.apex, let label = name.labels.first, let parent = name.parent {
                    // Comes right behind the name and all below it.
                    questions.append((try parent.prepending(label + Array("0".utf8)), .a))
                }
                for (question, type) in questions {
                    let answer = try ask(stack, question, type)
                    for section in [answer.answers, answer.authorities] {
                        faults += file.faults(in: section).map { "\(question.text) \(type): \($0)" }
                        seen.formUnion(section.filter(\.isDenial).map(\.rdata))
                    }
                }
            }
            #expect(faults.isEmpty, "\(faults.prefix(10).joined(separator: "\n"))")
            #expect(seen.isSubset(of: file.denials) && !seen.isEmpty)
            #expect(seen.count == file.denials.count)

            let exported = try await stack.zonewright("zone", "export", zone)
            try exported.output.write(toFile: path + ".export", atomically: true, encoding: .utf8)
            try await signer.verify(path + ".export")
            let again = try await stack.zonewright("zone", "import", "--presigned", "--name", zone, path + ".export")
            #expect(again.output.contains("no changes"), "\(again.output)")
        }

        @Test("a new signing shows as a whole while the zone is asked", arguments: [200, 3_500])
        func resigned(hosts: Int) async throws {
            let stack = try LocalStack.current
            let zone = "resigned\(hosts).example"
            let signer = try await ZoneSigner(zone: zone, hosts < 1_000 ? .ldnsNSEC : .ldnsNSEC3)
            let apex = try Name(text: zone + ".")
            var paths: [String] = []
            var versions: [SignedFileRecords] = []
            for version in 1...4 {
                paths.append(try await signer.sign(Self.hosts(hosts, version), named: "version\(version)"))
                versions.append(try SignedFileRecords(path: paths[version - 1], apex: apex))
            }
            try await importFile(paths[0], zone: zone)
            let watch = SignedAnswers(versions: versions)
            let questions = try (0..<hosts).flatMap { number in
                [(try Name(text: "h\(number).\(zone)."), RRType.a), (try Name(text: "x.h\(number).\(zone)."), .txt)]
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    while !watch.isStopped {
                        for (name, type) in [questions.randomElement() ?? (apex, .soa), (apex, .soa)] {
                            watch.take(try Self.ask(stack, name, type))
                        }
                    }
                }
                defer { watch.stop() }
                for path in paths.dropFirst() { try await importFile(path, zone: zone) }
            }
            let last = try Self.ask(stack, apex, .soa)
            #expect(versions[3].faults(in: last.answers).isEmpty && last.answers.contains { $0.type == .rrsig })
            #expect(watch.faults.isEmpty, "\(watch.faults.prefix(5).joined(separator: "\n"))")
            #expect(watch.versionsSeen.count >= 2, "answers of versions \(watch.versionsSeen)")
        }

        @Test("a presigned zone is closed to the API, and open again once it is unsigned")
        func closed() async throws {
            let stack = try LocalStack.current
            let zone = "closed.example"
            let signer = try await ZoneSigner(zone: zone, .ldnsNSEC)
            let path = try await signer.sign(Self.records)
            try await importFile(path, zone: zone)
            let record = #"{"name":"own","type":"A","content":"192.0.2.1"}"#
            #expect(try stack.api("POST", "/zones/\(zone)/records", record).status == 400)
            #expect(try stack.api("GET", "/domains/\(zone)/dnssec").text.contains(#""enabled":true"#))
            let refused = try await stack.zonewright("zone", "import", "--name", zone, path)
            #expect(refused.status != 0 && refused.output.contains("--unsign"), "\(refused.output)")
            let opened = try await stack.zonewright("zone", "import", "--unsign", "--name", zone, path)
            #expect(opened.status == 0, "\(opened.output)")
            #expect(try stack.api("POST", "/zones/\(zone)/records", record).status == 201)
            let own = try await stack.ask("own.\(zone).", .a) { $0.answers.count == 1 }
            #expect(own.header.isAuthoritative)
            let soa = try Self.ask(stack, try Name(text: zone + "."), .soa)
            #expect(soa.answers.map(\.type) == [.soa])
            #expect(try stack.api("GET", "/domains/\(zone)/dnssec").text.contains(#""enabled":false"#))
            #expect(try await stack.zonewright("zone", "delete", zone).status == 0)
            _ = try await stack.ask("\(zone).", .soa) { $0.rcode == .refused }
        }

        private func importFile(_ path: String, zone: String) async throws {
            let stack = try LocalStack.current
            let imported = try await stack.zonewright("zone", "import", "--presigned", "--name", zone, path)
            #expect(imported.status == 0, "\(imported.output)")
            #expect(try await stack.zonewright("status", "--wait", "120").status == 0)
        }

        private func ask(_ stack: LocalStack, _ name: Name, _ type: RRType) throws -> Message {
            try Self.ask(stack, name, type)
        }

        private static func ask(_ stack: LocalStack, _ name: Name, _ type: RRType) throws -> Message {
            let question = DNSClient.question(name, type, dnssecOK: true)
            guard let octets = try DNSClient(port: stack.portBase + 4, timeout: .seconds(10)).askTCP(question) else {
                throw SupportError("no answer for \(name.text) \(type)")
            }
            return try Message(wire: octets)
        }

        /// What is wrong with the answer for a set that the file has.
        private static func faults(
            of answer: Message,
            to key: SignedFileRecords.Key,
            _ set: Set<[UInt8]>,
            _ file: SignedFileRecords
        ) -> [String] {
            // A delegation's NS records come as a referral, and what else stands there is not answered.
            let isReferral = file.cuts.contains(key.owner) && key.type != .ds
            if isReferral, key.type != .ns { return [] }
            let section = isReferral ? answer.authorities : answer.answers
            let records = section.filter { $0.owner == key.owner && $0.type == key.type }
            let signatures = section.filter { record in
                record.owner == key.owner && record.type == .rrsig && file.covered[record.rdata]?.type == key.type
            }
            var faults = file.faults(in: answer.answers) + file.faults(in: answer.authorities)
            if Set(records.map(\.rdata)) != set { faults.append("the records are \(records.map(\.line))") }
            if Set(signatures.map(\.rdata)) != file.signatures[key] ?? [] {
                faults.append("the signatures are \(signatures.map(\.line))")
            }
            if records.contains(where: { $0.ttl != file.ttls[key] }) {
                faults.append("the TTL is not that of the file")
            }
            return faults.map { "\(key.owner.text) \(key.type): \($0)" }
        }

        /// A zone that has no record in common with its other versions.
        private static func hosts(_ count: Int, _ version: Int) -> String {
            var lines = [
                "@ 3600 IN SOA ns admin \(version) 7200 3600 1209600 300", "@ 3600 IN NS ns\(version).example.",
            ]
            for number in 0..<count {
                lines.append("h\(number) 300 IN A 10.\(version).\(number / 256).\(number % 256)")
            }
            return lines.joined(separator: "\n")
        }
    }
}
