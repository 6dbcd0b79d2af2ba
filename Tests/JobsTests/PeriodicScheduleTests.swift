// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Jobs
import Testing

@Suite struct PeriodicScheduleTests {
    // 2026-11-23 05:48:32 UTC, a Monday.
    private let now: Int64 = 1_795_412_912

    private func slot(_ text: String, _ time: Int64) throws -> Int64? {
        PeriodicSchedule.crontab(try #require(CrontabExpression(text))).latestSlot(atOrBefore: time)
    }

    @Test func `Interval slots are counted from the epoch`() {
        #expect(PeriodicSchedule.every(seconds: 60).latestSlot(atOrBefore: 119) == 60)
        #expect(PeriodicSchedule.every(seconds: 60).latestSlot(atOrBefore: 120) == 120)
        #expect(PeriodicSchedule.every(seconds: 60).latestSlot(atOrBefore: -1) == -60)
        #expect(PeriodicSchedule.every(seconds: 0).latestSlot(atOrBefore: 5) == nil)
    }

    @Test(
        arguments: [
            ("* * * * *", 1_795_412_880),  // 05:48 today
            ("17 * * * *", 1_795_411_020),  // 05:17 today
            ("0 6 * * *", 1_795_327_200),  // 06:00 yesterday
            ("*/15 * * * *", 1_795_412_700),  // 05:45 today
            ("10-20/5 4,5 * * *", 1_795_411_200),  // 05:20 today
            ("0 0 1 * *", 1_793_491_200),  // 1 November
            ("0 0 * * 0", 1_795_305_600),  // Sunday the 22nd
            ("0 0 * * 7", 1_795_305_600),
            ("0 0 29 2 *", 1_709_164_800),  // 29 February 2024
            ("30 3 15 * 1", 1_795_404_600),  // the 15th or a Monday: today, 03:30
        ]
    )
    func `Crontab slots are the latest matching minute`(text: String, expected: Int64) throws {
        #expect(try slot(text, now) == expected)
        // A slot is its own latest slot, and every time up to the next one has it.
        #expect(try slot(text, expected) == expected)
        #expect(try slot(text, expected + 59) == expected)
    }

    @Test func `A day that never comes has no slot`() throws {
        #expect(try slot("0 0 31 2 *", now) == nil)
    }

    @Test(
        arguments: [
            "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8",
            "a * * * *",
            "5-1 * * * *", "*/0 * * * *", "5/2 * * * *", "1,,2 * * * *", "-1 * * * *", "1- * * * *", "@daily",
        ]
    )
    func `What is no crontab expression is refused`(text: String) {
        #expect(CrontabExpression(text) == nil)
    }
}
