// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Postgres
import Testing

@Suite("Concurrent changes")
struct ConflictTests {
    @Test("Many writers of one zone all succeed, one version each")
    func writers() async throws {
        let fixture = try await EditorFixture.make(connections: 8)
        let zone = try await fixture.makeZone()
        let records = try await withThrowingTaskGroup(of: ZoneRecord.self) { group in
            for number in 0..<24 {
                group.addTask { try await fixture.create(.a("host-\(number)")) }
            }
            return try await group.reduce(into: [ZoneRecord]()) { $0.append($1) }
        }
        #expect(Set(records.map(\.name)).count == 24)
        #expect(try await fixture.zone().version == zone.version + 24)
        let versions = try await fixture.superuser.query(
            "SELECT version FROM app.zone_change WHERE zone_id = \(zone.id) ORDER BY version"
        ).map { try $0.decode(0, as: Int64.self) }
        #expect(versions == Array(1...25))
    }

    @Test("Of equal records created at once one is stored")
    func duplicates() async throws {
        let fixture = try await EditorFixture.make(connections: 8)
        _ = try await fixture.makeZone()
        let outcomes = await outcomes(of: (0..<8).map { _ in RecordInput.a("www") }, fixture)
        #expect(outcomes.count { $0 == nil } == 1)
        #expect(outcomes.compactMap(\.self).allSatisfy { $0 == ValidationErrors("base", "Zone record already exists") })
        #expect(try await fixture.records().count { $0.name == "www" } == 1)
    }

    @Test("A CNAME and other data created at once never stand together")
    func cname() async throws {
        let fixture = try await EditorFixture.make(connections: 8)
        _ = try await fixture.makeZone()
        for round in 0..<6 {
            let name = "round-\(round)"
            let outcomes = await outcomes(
                of: [.cname(name, "x.example.net"), .a(name), .cname(name, "y.example.net")],
                fixture
            )
            #expect(outcomes.count { $0 == nil } == 1)
        }
        let types = Dictionary(grouping: try await fixture.records().filter { !$0.systemRecord }, by: \.name)
        #expect(types.count == 6)
        #expect(types.values.allSatisfy { $0.count == 1 })
    }

    /// The errors of concurrent creates; nil for those that succeed.
    private func outcomes(of inputs: [RecordInput], _ fixture: EditorFixture) async -> [ValidationErrors?] {
        await withTaskGroup(of: ValidationErrors?.self) { group in
            for input in inputs {
                group.addTask {
                    do {
                        try await fixture.create(input)
                        return nil
                    } catch {
                        return error as? ValidationErrors ?? ValidationErrors("unexpected", "\(error)")
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }
}
