// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Testing

@testable import GlueService

@Suite struct SerialNumberTests {
    @Test func theFirstPublicationTakesTheRecordsOwnSerial() {
        #expect(SerialNumber.next(after: nil, wanted: 2_026_112_301, now: 1_000) == 2_026_112_301)
        #expect(SerialNumber.next(after: nil, wanted: 0, now: 1_000) == 1_000)
    }

    @Test(arguments: [
        // The time is ahead, behind, or equal to what would be next.
        (previous: 5 as UInt32, wanted: 0 as UInt32, now: 1_000 as Int64, next: 1_000 as UInt32),
        (1_000, 0, 1_000, 1_001),
        (2_026_112_301, 2_026_112_301, 1_795_000_000, 2_026_112_302),
        // The owner's serial is ahead.
        (10, 4_000, 1_000, 4_000),
        // Around the end of the numbers: 3 comes after 2^32 - 2.
        (4_294_967_294, 3, 4_294_967_290, 3),
        (4_294_967_295, 4_294_967_295, 4_294_967_290, 0),
    ])
    func laterOnesTakeTheFurthestAhead(previous: UInt32, wanted: UInt32, now: Int64, next: UInt32) {
        #expect(SerialNumber.next(after: previous, wanted: wanted, now: now) == next)
    }

    @Test func serialsNeverGoBack() {
        var serial: UInt32 = 4_294_967_000
        for step in 0..<1_000 {
            let next = SerialNumber.next(after: serial, wanted: UInt32(step) &* 7_919, now: Int64(step % 3) * 1_000)
            #expect(ZoneSerial.isAhead(next, of: serial))
            serial = next
        }
    }
}
