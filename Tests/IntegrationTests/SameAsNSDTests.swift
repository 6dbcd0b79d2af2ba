// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import TestSupport
import Testing

extension SystemTests {
    /// Every name of a zone, asked of us and of NSD serving the same records: the answers are equal.
    @Suite("Same as NSD") struct SameAsNSDTests {
        private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        /// The root zone of one day. Not a part of the project: the test runs where the file is.
        private static let rootZone = repository.deletingLastPathComponent().appendingPathComponent(
            "shared/data/root.zone"
        ).path

        @Test("the root zone", .enabled(if: FileManager.default.fileExists(atPath: rootZone)))
        func root() async throws {
            try await compare(zone: ".", file: Self.rootZone)
        }

        @Test("the example zones")
        func examples() async throws {
            let folder = Self.repository.appendingPathComponent("Docs/examples").path
            let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".zone") }
            #expect(files.count >= 3)
            for file in files { try await compare(zone: String(file.dropLast(5)), file: "\(folder)/\(file)") }
        }

        private func compare(zone: String, file: String) async throws {
            let stack = try LocalStack.current
            let imported = try await stack.zonewright("zone", "import", file, "--name", zone)
            #expect(imported.status == 0, "\(imported.output)")
            #expect(try await stack.zonewright("status", "--wait", "120").status == 0)
            let records = try Self.records(of: zone, file: file)
            let copy = "\(stack.folder)/same-as-nsd.zone"
            try Self.withoutRepeatedSOA(file).write(toFile: copy, atomically: true, encoding: .utf8)
            let nsd = try NSDServer(zone: zone, file: copy)
            _ = try await Self.firstAnswer(port: nsd.port, zone: zone)

            var differences: [String] = []
            let apex = try Name(text: zone == "." ? "." : zone + ".")
            // The parent answers for the DS of a zone, and unlike that NSD this responder may host the parent too.
            let questions = Self.questions(records, apex: apex).filter { $0 != (apex, .ds) || apex == .root }
            #expect(questions.count > records.count)
            for (name, type) in questions {
                let octets = DNSClient.question(name, type, payloadSize: nil)
                // RFC 9460 4.1 wants the addresses of SVCB targets beside the answer; NSD 4.6 leaves them out.
                let comparesAdditionals = type != .svcb && type != .https
                let theirs = try DNSClient(port: nsd.port).askTCP(octets).map {
                    ComparableAnswer(try Message(wire: $0), additionals: comparesAdditionals)
                }
                let ours = try DNSClient(port: stack.portBase + 4).askTCP(octets).map {
                    ComparableAnswer(try Message(wire: $0), additionals: comparesAdditionals)
                }
                if ours != theirs {
                    differences.append(
                        "\(name.text) \(type)\n  ours   \(String(describing: ours))\n  theirs \(String(describing: theirs))"
                    )
                }
            }
            try await nsd.stop()
            let shown = differences.prefix(10).joined(separator: "\n")
            #expect(differences.isEmpty, "\(differences.count) of \(questions.count) answers differ:\n\(shown)")
        }

        /// Each owner with each type it has and some that it may not have, a name below it, and a name that is nowhere.
        private static func questions(_ records: [ResourceRecord], apex: Name) -> [(Name, RRType)] {
            var typesByOwner: [Name: Set<RRType>] = [:]
            for record in records where record.type != .rrsig {
                typesByOwner[record.owner, default: []].insert(record.type)
            }
            var questions: [(Name, RRType)] = []
            for (owner, types) in typesByOwner.sorted(by: { $0.key < $1.key }) {
                for type in types.union([.a, .ns, .ds, .txt]).sorted(by: { $0.rawValue < $1.rawValue }) {
                    questions.append((owner, type))
                }
                if let below = try? Name(text: "below." + (owner == .root ? "" : owner.text)) {
                    questions.append((below, .a))
                }
                if let parent = owner.parent, parent != .root, parent.isSubdomain(of: apex) {
                    questions.append((parent, .mx))
                }
            }
            return questions
        }

        private static func records(of zone: String, file: String) throws -> [ResourceRecord] {
            let text = try String(contentsOfFile: file, encoding: .utf8)
            var reader = MasterFileReader(origin: try Name(text: zone == "." ? "." : zone + "."))
            reader.feed(text.utf8)
            reader.finish()
            var records: [ResourceRecord] = []
            while let next = reader.next() { records.append(next.record) }
            #expect(reader.errors.isEmpty)
            return records
        }

        /// NSD refuses a file whose SOA stands again at the end, as a transfer prints it.
        private static func withoutRepeatedSOA(_ file: String) throws -> String {
            let text = try String(contentsOfFile: file, encoding: .utf8)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            let authorities = lines.indices.filter { lines[$0].contains("\tSOA\t") }
            guard authorities.count == 2, let last = authorities.last else { return text }
            return (lines[..<last] + lines[(last + 1)...]).joined(separator: "\n")
        }

        private static func firstAnswer(port: Int, zone: String) async throws {
            let question = DNSClient.question(try Name(text: zone == "." ? "." : zone + "."), .soa, payloadSize: nil)
            let deadline = ContinuousClock.now + .seconds(60)
            while ContinuousClock.now < deadline {
                if let answer = try? DNSClient(port: port).askTCP(question), try Message(wire: answer).rcode == .noError
                {
                    return
                }
                try await Task.sleep(for: .milliseconds(50))
            }
            throw SupportError("NSD did not answer for \(zone)")
        }
    }
}
