// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Testing

/// The zones that the documentation ships are read alike by us and by NSD, Knot and BIND.
@Suite struct ExampleZoneTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Docs/examples")

    private static let zones = ["bluebird-bakery.example", "fjord-labs.example", "northwind-post.example"]

    @Test("There are no other zones than those tested")
    func namesAllZones() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        #expect(files.filter { $0.hasSuffix(".zone") }.sorted() == Self.zones.map { "\($0).zone" })
    }

    @Test("An example zone is loaded with the records that we read", arguments: zones, ZoneChecker.allCases)
    func loads(zone: String, checker: ZoneChecker) throws {
        let text = Array(try Data(contentsOf: Self.folder.appendingPathComponent("\(zone).zone")))
        let origin = try Name(text: "\(zone).")
        let contents = MasterFileContents(text: text, origin: origin)
        #expect(contents.errors.isEmpty)
        let verdict = try checker.check(text, zone: origin)
        #expect(verdict.isAccepted, "\(verdict.log)")
        guard let dump = verdict.dump else { return }
        let printed = MasterFileContents(text: dump, origin: origin)
        #expect(printed.errors.isEmpty)
        let difference = Set(printed.records.map(\.record)).symmetricDifference(contents.records.map(\.record))
        #expect(difference.map(\.line).sorted() == [])
    }
}
