// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Testing
import ZoneSync

@testable import ResponderNet

@Suite final class CountSpoolTests {
    private let folder = FileManager.default.temporaryDirectory
        .appendingPathComponent("counts-\(UUID().uuidString)").path
    private let spool: CountSpool

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        spool = CountSpool(folder: folder)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func reports(_ run: String, _ count: Int) -> [CountReport] {
        (1...count).map { number in
            CountReport(
                run: run,
                sequence: UInt64(number),
                day: UInt32(number),
                counts: (1...200).map { .init(zone: $0 * UInt64(number), queries: 1_000_000_007) }
            )
        }
    }

    @Test func `what a run leaves is found, read as it was, and gone when it is removed`() throws {
        #expect(spool.runs().isEmpty)
        let runs = [CountReport.makeRun(), CountReport.makeRun()].sorted()
        // More than is written at once.
        let large = reports(runs[0], 1_000)
        try spool.write(large, run: runs[0])
        try spool.write(reports(runs[1], 1), run: runs[1])
        #expect(spool.runs() == runs)
        #expect(try spool.read(run: runs[0]) == large)
        spool.remove(run: runs[0])
        #expect(spool.runs() == [runs[1]])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
    }

    @Test func `a damaged file gives what is left of it, in order and of its run`() throws {
        let run = CountReport.makeRun()
        let good = reports(run, 3)
        let strange = reports(CountReport.makeRun(), 1)[0].line
        let text = [
            good[0].line, "COUNT x", strange, "PING 1 head=2", good[2].line, good[1].line, "COUNT 4 run=\(run)",
        ]
        try text.joined(separator: "\n").write(toFile: "\(folder)/counts-\(run).zsp", atomically: true, encoding: .utf8)
        #expect(try spool.read(run: run) == [good[0], good[2]])
    }

    @Test func `a folder that cannot be written is an error, one that is away has nothing`() {
        let away = CountSpool(folder: "\(folder)/away")
        #expect(away.runs().isEmpty)
        #expect(throws: (any Error).self) { try away.write(reports(CountReport.makeRun(), 1), run: "x") }
        #expect(throws: (any Error).self) { try away.read(run: "x") }
    }
}

@Suite struct CountingDayTests {
    private static let midnight: Int64 = 20_780 * 86_400

    @Test(
        arguments: [
            (0, 60, 20_779), (1, 60, 20_779), (60, 60, 20_780), (43_200, 600, 20_780), (86_399, 10, 20_780),
            (-1, 1, 20_779), (5, 1, 20_780),
        ] as [(Int64, Int64, UInt32)]
    )
    func `counts belong to the day on which most of their time was`(second: Int64, elapsed: Int64, day: UInt32) {
        #expect(CountingDay.day(now: Self.midnight + second, elapsed: .seconds(elapsed)) == day)
    }

    @Test func `no clock is too wrong for a day`() {
        #expect(CountingDay.day(now: 0, elapsed: .seconds(600)) == 0)
        #expect(CountingDay.day(now: -5, elapsed: .seconds(1)) == 0)
        #expect(CountingDay.day(now: .max, elapsed: .zero) == .max)
        #expect(CountingDay.pause(now: -1, interval: .seconds(60)) == .seconds(1))
    }

    @Test func `the last look of a day is at its end`() {
        #expect(CountingDay.pause(now: Self.midnight, interval: .seconds(60)) == .seconds(60))
        #expect(CountingDay.pause(now: Self.midnight - 10, interval: .seconds(60)) == .seconds(10))
    }
}
