// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Logging
import Postgres
import TestSupport
import Testing
import ZoneSync

@testable import GlueService

@Suite struct CountKeeperTests {
    private static let today: UInt32 = 20_780
    private static let runs = (1...3).map { "00000000-0000-4000-8000-00000000000\($0)" }

    private func keeper(_ fixture: ZoneFixture, today: UInt32 = Self.today) -> CountKeeper {
        CountKeeper(
            store: AnalyticsStore(pool: fixture.glue),
            now: { Int64(today) * 86_400 + 5 },
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    private func report(_ zone: Int64, _ queries: UInt64, _ sequence: UInt64, run: Int = 0, day: UInt32) -> CountReport
    {
        CountReport(
            run: Self.runs[run],
            sequence: sequence,
            day: day,
            counts: [.init(zone: UInt64(zone), queries: queries)]
        )
    }

    /// Counts by days before today.
    private func counts(_ fixture: ZoneFixture) async throws -> [Int: Int] {
        let rows = try await fixture.glue.query(
            "SELECT (date '1970-01-01' + \(Int32(Self.today))) - day AS age, volume FROM analytics.zone_day"
        )
        return Dictionary(uniqueKeysWithValues: try rows.map { (try $0.decode("age"), try $0.decode("volume")) })
    }

    @Test func `what comes again on several connections at a time counts once, in whatever pieces`() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("a.example")
        let keeper = keeper(fixture)
        let reports = (1...30).map { report(zone, UInt64($0), UInt64($0), day: Self.today) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for size in 1...6 {
                group.addTask {
                    // As connections do that break off and begin again with what was not acknowledged.
                    for start in stride(from: 0, to: reports.count, by: size) {
                        try await keeper.keep(Array(reports[start..<min(start + size, reports.count)]), of: "dns1")
                    }
                    try await keeper.keep(reports, of: "dns1")
                }
            }
            try await group.waitForAll()
        }
        #expect(try await counts(fixture) == [0: 465])
        // The same numbers of another node, and of another run, are other reports; an old run goes on where it was.
        try await keeper.keep([report(zone, 1_000, 1, day: Self.today)], of: "dns2")
        try await keeper.keep([report(zone, 10_000, 1, run: 1, day: Self.today)], of: "dns1")
        try await keeper.keep([reports[29], report(zone, 100_000, 31, day: Self.today)], of: "dns1")
        #expect(try await counts(fixture) == [0: 111_465])
    }

    @Test func `counts of impossible days are of today`() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("a.example")
        let days = [0, Self.today - 32, Self.today - 31, Self.today, Self.today + 1, Self.today + 2, .max]
        for (index, day) in days.enumerated() {
            try await keeper(fixture).keep([report(zone, 1 << UInt64(index), UInt64(index + 1), day: day)], of: "dns1")
        }
        #expect(try await counts(fixture) == [31: 4, -1: 16, 0: 1 + 2 + 8 + 32 + 64])
    }

    @Test func `a failure keeps nothing, and zones nobody knows do not hinder the others`() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("a.example")
        let superuser = try fixture.database.pool(.superuser)
        try await superuser.execute("REVOKE INSERT ON analytics.zone_day FROM zonewright_glue")
        let reports = [report(Int64.max, 5, 1, day: Self.today), report(zone, 7, 2, day: Self.today)]
        await #expect(throws: (any Error).self) { try await keeper(fixture).keep(reports, of: "dns1") }
        try await superuser.execute("GRANT INSERT ON analytics.zone_day TO zonewright_glue")
        try await keeper(fixture).keep(reports, of: "dns1")
        #expect(try await counts(fixture) == [0: 7])
    }
}
