// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Foundation
import TestSupport
import Testing

/// The same zones and the same questions for us, NSD, Knot and BIND: every difference has to have a reason.
@Suite(.serialized) struct DifferentialTests {
    /// Where all unexplained differences are written.
    static let reportFile = ProcessInfo.processInfo.environment["DIFFERENTIAL_REPORT"]

    @Test("every difference from NSD, Knot and BIND has a reason, and every reason a difference")
    func compare() async throws {
        var ledger = DifferenceLedger()
        var total = 0
        for world in DifferentialWorld.allCases {
            do {
                total += try await compare(world, &ledger)
            } catch {
                Issue.record("\(world): \(error)")
            }
        }
        print("\(total) questions; differences, each with its reason:\n\(ledger.summary)")
        #expect(total >= 50_000)
        if let reportFile = Self.reportFile {
            let reports = ledger.unexplained.sorted { $0.value.count > $1.value.count }
                .map { "\($0.value.count) of \($0.key)\n\($0.value.examples.joined(separator: "\n"))\n" }
            try reports.joined(separator: "\n").write(toFile: reportFile, atomically: true, encoding: .utf8)
        }
        for (kind, found) in ledger.unexplained.sorted(by: { $0.value.count > $1.value.count }).prefix(40) {
            Issue.record("\(found.count) of \(kind)\n\(found.examples.first ?? "")")
        }
        #expect(ledger.unexplained.count == 0)
        #expect(ledger.idle == [], "a reason that nothing needs")
    }

    /// Asks all servers about the zones of one world: how many questions.
    private func compare(_ world: DifferentialWorld, _ ledger: inout DifferenceLedger) async throws -> Int {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("differential-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let zones = try world.zones(in: folder)
        var generator = DifferentialQueries(zones, seed: 2026)
        let queries = try generator.make(world.questions)
        let primary = try await DifferentialPrimary(zones: zones, folder: folder.path)
        var ours: [AnswerForm?] = []
        try await primary.run { ours = try Self.ask(primary.port, queries) }
        var repeated = 0
        for (index, query) in queries.enumerated() {
            guard let answer = ours[index] else { continue }
            let name = query.name.wire
            let sameNames = answer.answerOwners.filter { $0.lowercased == name.lowercased }
            #expect(sameNames.allSatisfy { $0 == name }, "the case of the question is not repeated: \(query)")
            if name != name.lowercased { repeated += sameNames.count }
            #expect(!answer.hasRepetition, "a record stands twice: \(query)")
        }
        #expect(repeated > 0, "no answer to a question in mixed case")
        let world = try WorldIndex(zones)
        var theirs: [DifferentialServer.Make: [AnswerForm?]] = [:]
        for make in DifferentialServer.Make.allCases {
            let theirZones = zones.filter { make.loads($0) }
            let server = try DifferentialServer(make, zones: theirZones, folder: folder.path)
            try await server.waitUntilReady(theirZones)
            theirs[make] = try Self.ask(server.port, queries)
            try await server.stop()
        }
        for (index, query) in queries.enumerated() {
            let zone = zones[query.zone]
            let others = theirs.filter { $0.key.loads(zone) }.mapValues { $0[index] }
            for (make, answer) in others where answer == nil || ours[index] == nil {
                ledger.add("\(make.rawValue): no answer from one", "  \(query)")
            }
            guard let answer = ours[index] else { continue }
            let question = DifferenceCase(
                query: query,
                world: world,
                ours: answer,
                others: others.compactMapValues(\.self)
            )
            for make in DifferentialServer.Make.allCases { ledger.enter(make, zone, question) }
        }
        return queries.count
    }

    /// The answers to all queries, each by its transport.
    private static func ask(_ port: Int, _ queries: [DifferentialQuery]) throws -> [AnswerForm?] {
        let client = PipelinedDNSClient(port: port)
        var answers = [AnswerForm?](repeating: nil, count: queries.count)
        let datagrams = queries.indices.filter { !queries[$0].isTCP }
        for (index, answer) in zip(datagrams, try client.askUDP(datagrams.map { queries[$0].message })) {
            answers[index] = try answer.map { try AnswerForm($0) }
        }
        let streams = queries.indices.filter { queries[$0].isTCP }
        for (index, answer) in zip(streams, try client.askTCP(streams.map { queries[$0].message })) {
            answers[index] = try AnswerForm(answer)
        }
        return answers
    }
}
