// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Postgres
import Testing

/// Dynamic DNS in the database: one record whoever comes first, and no trace where nothing changes.
@Suite struct DynamicStoreTests {
    private static func set(_ address: String, _ owners: [String], _ fixture: EditorFixture) async throws
        -> [DynamicAnswer]
    {
        try await fixture.editor.setAddresses(
            DynamicAddresses(ipv4: address),
            of: owners,
            account: fixture.account,
            zone: .name("example.com"),
            context: fixture.context
        )
    }

    @Test func `many at once leave one record`() async throws {
        let fixture = try await EditorFixture.make()
        _ = try await fixture.makeZone()
        let answers = try await withThrowingTaskGroup(of: [DynamicAnswer].self) { group in
            for number in 1...12 {
                group.addTask { try await Self.set("192.0.2.\(number)", ["home"], fixture) }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(answers == Array(repeating: .good, count: 12))
        #expect(try await fixture.records().filter { $0.type == "A" }.count == 1)
        #expect(try await fixture.zone().version == 13)
    }

    @Test func `nothing is written where nothing changes, nor where all is refused`() async throws {
        let fixture = try await EditorFixture.make()
        _ = try await fixture.makeZone()
        try await fixture.create(.cname("alias", "x.example"))
        #expect(try await Self.set("192.0.2.1", ["", "home"], fixture) == [.good, .good])
        let footprint = try await fixture.footprint()
        #expect(try await Self.set("192.0.2.1", ["", "home"], fixture) == [.unchanged, .unchanged])
        #expect(try await Self.set("192.0.2.1", ["home", "alias"], fixture) == [.unchanged, .refused])
        #expect(try await Self.set("192.0.2.1", ["alias"], fixture) == [.refused])
        #expect(try await fixture.footprint() == footprint)
        #expect(try await Self.set("192.0.2.2", ["home", "alias"], fixture) == [.good, .refused])
        var more = footprint
        for table in ["app.zone_change", "app.audit", "distribution.outbox"] {
            more[table, default: 0] += 1
        }
        #expect(try await fixture.footprint() == more)
    }
}
