// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing
import ZoneSync

@Suite
struct ReportQueueTests {
    private static let other = "00000000-0000-4000-8000-000000000001"

    private func total(_ reports: [CountReport]) -> [UInt64: UInt64] {
        reports.flatMap(\.counts).reduce(into: [:]) { $0[$1.zone, default: 0] += $1.queries }
    }

    /// Takes everything, acknowledging what was taken.
    private func takeAndAcknowledge(_ queue: ReportQueue) -> [CountReport] {
        let connection = queue.connect()
        var all: [CountReport] = []
        while true {
            let reports = queue.take(connection)
            guard let last = reports.last else { return all }
            all += reports
            queue.acknowledge(CountMark(run: last.run, sequence: last.sequence))
        }
    }

    @Test("What was counted comes out once, by day, in lines within the limit, in ascending order")
    func reports() throws {
        let queue = ReportQueue()
        var expected: [UInt64: UInt64] = [:]
        for zone in 1...3_000 as ClosedRange<UInt32> {
            queue.add([zone &* 1_000_003: UInt64(zone)], day: 20_000)
            expected[UInt64(zone &* 1_000_003)] = UInt64(zone) + 1
        }
        queue.add(Dictionary(uniqueKeysWithValues: expected.keys.map { (UInt32($0), 1) }), day: 20_001)
        let reports = takeAndAcknowledge(queue)
        #expect(queue.isEmpty)
        #expect(total(reports) == expected)
        #expect(total(reports.filter { $0.day == 20_001 }).values.allSatisfy { $0 == 1 })
        #expect(reports.map(\.sequence) == Array(1...UInt64(reports.count)))
        for report in reports {
            #expect(report.line.utf8.count <= ProtocolLimits.controlLine)
            #expect(report.run == queue.run)
            #expect(report.counts.map(\.zone) == report.counts.map(\.zone).sorted())
            #expect(try ClientMessage.parse(Array(report.line.utf8)) == .count(report))
        }
        // Few lines: each is filled.
        #expect(reports.count < 40)
    }

    @Test("A connection gets a window of reports; the next one the same again, until they are acknowledged")
    func window() {
        let queue = ReportQueue()
        for day in 1...40 as ClosedRange<UInt32> { queue.add([7: 1], day: day) }
        let first = queue.connect()
        let sent = queue.take(first)
        #expect(sent.map(\.sequence) == Array(1...UInt64(CountReport.window)))
        #expect(queue.take(first).isEmpty)
        queue.acknowledge(CountMark(run: queue.run, sequence: 3))
        #expect(queue.take(first).map(\.sequence) == [17, 18, 19])
        let second = queue.connect()
        #expect(queue.take(first).isEmpty, "a connection that is over gets nothing")
        #expect(queue.take(second).map(\.sequence) == Array(4...19))
        #expect(!queue.isEmpty)
    }

    @Test("An acknowledgement of what was not sent on the connection means nothing")
    func earlyAcknowledgement() {
        let queue = ReportQueue()
        queue.add([7: 1], day: 1)
        _ = queue.take(queue.connect())
        let next = queue.connect()
        queue.acknowledge(CountMark(run: queue.run, sequence: 99))
        #expect(queue.take(next).map(\.sequence) == [1])
        queue.acknowledge(CountMark(run: Self.other, sequence: 99))
        #expect(!queue.isEmpty)
        queue.acknowledge(CountMark(run: queue.run, sequence: 1))
        #expect(queue.isEmpty)
    }

    @Test("Reports of another run go out as they are, and before what was counted since")
    func inheritance() {
        let queue = ReportQueue()
        queue.add([7: 5], day: 2)
        let old = [4, 5].map {
            CountReport(run: Self.other, sequence: $0, day: 1, counts: [.init(zone: 7, queries: $0)])
        }
        queue.inherit(old)
        #expect(queue.holds(run: Self.other))
        let connection = queue.connect()
        #expect(queue.take(connection).map(\.run) == [Self.other, Self.other, queue.run])
        queue.acknowledge(CountMark(run: Self.other, sequence: 5))
        #expect(!queue.holds(run: Self.other))
        #expect(queue.takeAll().map(\.run) == [queue.run], "another run's reports are not this one's to leave")
        #expect(queue.isEmpty)
    }

    @Test("What a run leaves are its open reports under their numbers, and the rest under new ones")
    func leaving() {
        let queue = ReportQueue()
        queue.add([7: 5, 8: 1], day: 2)
        let sent = queue.take(queue.connect())
        queue.add([7: 2], day: 2)
        let left = queue.takeAll()
        #expect(left.first == sent.first)
        #expect(left.map(\.sequence) == [1, 2])
        #expect(total(left) == [7: 7, 8: 1])
    }

    @Test("Beyond its bound a queue takes nothing new, and tells how much that was")
    func bound() {
        let queue = ReportQueue(limit: 10)
        for zone in 1...20 as ClosedRange<UInt32> { queue.add([zone: 3], day: 1) }
        queue.add([1: 1], day: 1)
        #expect(queue.lost == 30)
        #expect(total(takeAndAcknowledge(queue)).values.reduce(0, +) == 31)
    }

    @Test("A count that no line may have is told in several")
    func largeCounts() {
        let queue = ReportQueue()
        queue.add([1: CountReport.maximumQueries + 5], day: 1)
        let reports = takeAndAcknowledge(queue)
        #expect(
            reports.map(\.counts) == [
                [.init(zone: 1, queries: CountReport.maximumQueries)], [.init(zone: 1, queries: 5)],
            ]
        )
    }

    @Test(
        "Lines that are no reports are refused",
        arguments: [
            "COUNT run=R day=1 counts=1:1", "COUNT 0 run=R day=1 counts=1:1", "COUNT 1 run=R day=1",
            "COUNT 1 run=R counts=1:1", "COUNT 1 day=1 counts=1:1", "COUNT 1 run=x day=1 counts=1:1",
            "COUNT 1 run=R day=-1 counts=1:1", "COUNT 1 run=R day=4294967296 counts=1:1",
            "COUNT 1 run=R day=1 counts=", "COUNT 1 run=R day=1 counts=1", "COUNT 1 run=R day=1 counts=1:",
            "COUNT 1 run=R day=1 counts=1:0", "COUNT 1 run=R day=1 counts=0:1", "COUNT 1 run=R day=1 counts=1:1,",
            "COUNT 1 run=R day=1 counts=2:1,1:1", "COUNT 1 run=R day=1 counts=1:1,1:1",
            "COUNT 1 run=R day=1 counts=1:1099511627777", "COUNT 1 run=R day=1 counts=9223372036854775808:1",
            "COUNT 1 run=R day=1 counts=1:+1", "COUNT 9223372036854775808 run=R day=1 counts=1:1",
        ]
    )
    func refusals(line: String) {
        let text = line.replacing("run=R", with: "run=\(Self.other)")
        #expect(throws: ProtocolError.self) { try ClientMessage.parse(Array(text.utf8)) }
    }

    @Test("Runs are random UUIDs that the protocol takes")
    func runs() throws {
        let runs = (0..<100).map { _ in CountReport.makeRun() }
        #expect(Set(runs).count == 100)
        for run in runs {
            let line = ServerMessage.counted(CountMark(run: run, sequence: 1)).line
            #expect(try ServerMessage.parse(Array(line.utf8)) == .counted(CountMark(run: run, sequence: 1)))
            #expect(Array(run)[14] == "4")
        }
    }
}
