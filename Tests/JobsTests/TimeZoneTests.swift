// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Testing

@testable import Jobs

@Suite struct TimeZoneTests {
    /// Seconds since 1970 of a UTC time such as `2026-03-29T01:00:00Z`.
    private func time(_ text: String) throws -> Int64 {
        Int64(try Date(text, strategy: .iso8601).timeIntervalSince1970)
    }

    private func crontab(_ text: String, _ zone: String) throws -> ZonedCrontab {
        ZonedCrontab(try #require(CrontabExpression(text)), in: try TimeZoneRules.named(zone))
    }

    private func slots(_ crontab: ZonedCrontab, after start: String, through end: String) throws -> [String] {
        PeriodicSchedule.zoned(crontab).slots(after: try time(start), through: try time(end), most: 100).map {
            Date(timeIntervalSince1970: Double($0)).formatted(.iso8601)
        }
    }

    @Test(arguments: [
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Europe/Dublin", "America/St_Johns",
        "Pacific/Apia", "Africa/Casablanca", "America/Santiago", "UTC", "Asia/Tokyo", "Pacific/Chatham",
    ])
    func `Offsets are those of Foundation's reading of the same files, far into the future`(_ zone: String) throws {
        let rules = try TimeZoneRules.named(zone)
        let reference = try #require(ReferenceClock(zone: zone))
        var time: Int64 = -1_500_000_000
        while time < 6_000_000_000 {
            #expect(rules.period(at: time).offset == reference.offset(at: time), "\(zone) at \(time)")
            // About nine days, and not always at the same hour.
            time += 779_123
        }
        // Around each change, to the second.
        var at: Int64 = 6_000_000_000
        for _ in 0..<60 {
            guard let start = rules.period(at: at).start else { break }
            #expect(rules.period(at: start).offset == reference.offset(at: start), "\(zone) at \(start)")
            #expect(rules.period(at: start - 1).offset == reference.offset(at: start - 1), "\(zone) before \(start)")
            at = start - 1
        }
    }

    @Test func `A time of the day that is left out runs when the clock has jumped`() throws {
        // Berlin goes from 02:00 to 03:00 at 01:00 UTC on 2026-03-29.
        let nightly = try crontab("30 2 * * *", "Europe/Berlin")
        #expect(
            try slots(nightly, after: "2026-03-27T12:00:00Z", through: "2026-03-31T12:00:00Z") == [
                "2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z", "2026-03-31T00:30:00Z",
            ]
        )
    }

    @Test func `A time of the day that comes twice runs the first time`() throws {
        // Berlin goes from 03:00 to 02:00 at 01:00 UTC on 2026-10-25.
        let nightly = try crontab("30 2 * * *", "Europe/Berlin")
        #expect(
            try slots(nightly, after: "2026-10-24T12:00:00Z", through: "2026-10-26T12:00:00Z") == [
                "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z",
            ]
        )
        // Asked during the second hour, too.
        #expect(
            PeriodicSchedule.zoned(nightly).latestSlot(atOrBefore: try time("2026-10-25T01:45:00Z"))
                == (try time("2026-10-25T00:30:00Z"))
        )
    }

    @Test func `An expression with a star in its time follows the clock`() throws {
        let hourly = try crontab("15 * * * *", "Europe/Berlin")
        #expect(
            try slots(hourly, after: "2026-03-28T23:30:00Z", through: "2026-03-29T02:30:00Z") == [
                "2026-03-29T00:15:00Z", "2026-03-29T01:15:00Z", "2026-03-29T02:15:00Z",
            ]
        )
        #expect(
            try slots(hourly, after: "2026-10-24T23:30:00Z", through: "2026-10-25T02:30:00Z") == [
                "2026-10-25T00:15:00Z", "2026-10-25T01:15:00Z", "2026-10-25T02:15:00Z",
            ]
        )
        // In the hour of the day that comes twice, and not in the one that is left out.
        let second = try crontab("*/30 2 * * *", "Europe/Berlin")
        #expect(
            try slots(second, after: "2026-10-24T12:00:00Z", through: "2026-10-25T12:00:00Z") == [
                "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z",
            ]
        )
        #expect(try slots(second, after: "2026-03-28T12:00:00Z", through: "2026-03-29T12:00:00Z").isEmpty)
    }

    @Test func `Half an hour of change and the far side of the world`() throws {
        // Lord Howe goes from 02:00 to 02:30 at 15:30 UTC on 2026-10-03.
        let early = try crontab("10 2 * * *", "Australia/Lord_Howe")
        #expect(
            try slots(early, after: "2026-10-02T00:00:00Z", through: "2026-10-05T00:00:00Z") == [
                "2026-10-02T15:40:00Z", "2026-10-03T15:30:00Z", "2026-10-04T15:10:00Z",
            ]
        )
    }

    @Test func `In UTC it is the expression itself`() throws {
        let expression = try #require(CrontabExpression("7,31 3-5 * * 1"))
        let zoned = ZonedCrontab(expression, in: .utc)
        var at: Int64 = 1_700_000_000
        for _ in 0..<200 {
            let slot = try #require(expression.latestMinute(atOrBefore: at))
            #expect(zoned.latestSlot(atOrBefore: at) == slot)
            at = slot - 1
        }
        #expect(ZonedCrontab(try #require(CrontabExpression("0 0 31 2 *")), in: .utc).latestSlot(atOrBefore: at) == nil)
    }

    @Test func `Missed slots are the latest ones, in their order`() throws {
        let schedule = PeriodicSchedule.every(seconds: 60)
        #expect(schedule.slots(after: 120, through: 305, most: 10) == [180, 240, 300])
        #expect(schedule.slots(after: 120, through: 305, most: 2) == [240, 300])
        #expect(schedule.slots(after: 300, through: 305, most: 2) == [])
    }

    @Test(arguments: ["../etc/passwd", "/etc/passwd", "Europe/", "", "Europe/Atlantis", "Europe//Berlin", "."])
    func `Other names are refused`(_ name: String) {
        #expect(throws: TimeZoneError.unknown(name)) { try TimeZoneRules.named(name) }
    }

    @Test func `Damaged files are refused or read, and nothing worse`() throws {
        let file = try #require(FileManager.default.contents(atPath: "/usr/share/zoneinfo/Europe/Berlin")).map { $0 }
        #expect(TimeZoneRules(file: file) != nil)
        for length in stride(from: 0, to: file.count, by: 7) {
            #expect(TimeZoneRules(file: Array(file[..<length])) == nil)
        }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            var damaged = file
            for _ in 0..<3 {
                damaged[Int.random(in: 0..<file.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            _ = TimeZoneRules(file: damaged)?.period(at: 4_000_000_000)
        }
    }

    @Test(arguments: [
        "", "CE", "CET", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0/3",
        "CET-1CEST,M3.5.0,M10.5.0/200", "CET-1CEST,J0,J300", "<+0", "CET-1CEST,M3.5.0,M10.5.0/3x",
    ])
    func `What is no rule is refused`(_ text: String) {
        #expect(RecurringRule(text) == nil)
    }
}

/// The C library's idea of a zone.
private struct ReferenceClock {
    private let zone: TimeZone

    init?(zone: String) {
        guard let zone = TimeZone(identifier: zone) else { return nil }
        self.zone = zone
    }

    func offset(at time: Int64) -> Int64 {
        Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time))))
    }
}
