// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Testing

/// What the writer writes is what NSD, Knot and BIND load.
@Suite struct MasterFileConformanceTests {
    @Test("Data of every type is loaded", arguments: ZoneChecker.allCases)
    func loadsEveryType(checker: ZoneChecker) throws {
        try expect(checker, toLoad: try ConformanceZone.everyType())
    }

    @Test("Every octet in names, strings and parameters is loaded", arguments: ZoneChecker.allCases)
    func loadsEveryOctet(checker: ZoneChecker) throws {
        // NSD 4.6 reads these as they are meant but prints some backslashes and quotes without the escapes they need.
        try expect(checker, toLoad: try ConformanceZone.everyOctet(), comparingDump: checker != .nsd)
    }

    @Test("The longest names and texts are loaded", arguments: ZoneChecker.allCases)
    func loadsLongest(checker: ZoneChecker) throws {
        try expect(checker, toLoad: try ConformanceZone.longest())
    }

    @Test("A zone that is wrong is refused, so that the other tests can fail", arguments: ZoneChecker.allCases)
    func refusesBadZone(checker: ZoneChecker) throws {
        let text = "@ 60 SOA ns1 h 1 2 3 4 5\n@ 60 NS ns1\nns1 60 A 192.0.2.256\n"
        #expect(try !checker.check(Array(text.utf8), zone: try Name(text: "example.")).isAccepted)
    }

    /// Checks that the program takes the records as they are written, and prints the same ones if it prints any.
    private func expect(
        _ checker: ZoneChecker,
        toLoad records: [ResourceRecord],
        comparingDump: Bool = true
    ) throws {
        let origin = try Name(text: ConformanceZone.origin)
        var writer = MasterFileWriter(origin: origin, defaultTTL: 3_600)
        for record in records { writer.append(record) }
        let verdict = try checker.check(writer.text, zone: origin)
        #expect(verdict.isAccepted, "\(verdict.log)")
        guard comparingDump, let dump = verdict.dump else { return }
        let printed = MasterFileContents(text: dump, origin: origin)
        #expect(printed.errors.isEmpty)
        let difference = Set(printed.records.map(\.record)).symmetricDifference(records)
        #expect(difference.map(\.line).sorted() == [])
    }
}
