// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Testing

@testable import ControlKit

@Suite struct BenchMeasureTests {
    @Test("percentiles are known to a 64th, the greatest exactly")
    func histogram() {
        var low = LatencyHistogram()
        var high = LatencyHistogram()
        for value in UInt64(1)...50_000 { low.add(value * 100) }
        for value in UInt64(50_001)...100_000 { high.add(value * 100) }
        low.add(high)
        #expect(low.total == 100_000)
        #expect(low.maximum == 10_000_000)
        #expect(low.mean == 5_000_050)
        for share in [0.001, 0.5, 0.9, 0.99, 0.999] {
            let exact = share * 10_000_000
            let found = Double(low.percentile(share))
            #expect(found >= exact && found <= exact * (1 + 1.0 / 64) + 100)
        }
        #expect(low.percentile(1) == 10_000_000)
    }

    @Test("small, huge and no durations")
    func histogramEdges() {
        var histogram = LatencyHistogram()
        #expect(histogram.percentile(0.5) == 0 && histogram.mean == 0)
        histogram.add(0)
        #expect(histogram.percentile(0.5) == 0)
        histogram.add(UInt64.max / 2)
        #expect(histogram.maximum == UInt64.max / 2)
        #expect(histogram.percentile(1) >= 1 << 40)
        for bit in 0..<41 { histogram.add(1 << UInt64(bit)) }
        #expect(histogram.total == 43)
    }

    @Test("an answer frees its slot once; a late one does not free the slot's next query")
    func slots() {
        var slots = SlotTable(capacity: 3)
        let identifiers = (1...3).map { slots.take(sentAt: UInt64($0)) }
        #expect(Set(identifiers).count == 3)
        #expect(slots.free == 0 && slots.used == 3)
        #expect(slots.release(identifiers[1]) == 2)
        #expect(slots.release(identifiers[1]) == nil)
        let next = slots.take(sentAt: 9)
        #expect(next != identifiers[1])
        #expect(slots.release(identifiers[1]) == nil)
        var expired: [UInt64] = []
        slots.expire(before: 3) { expired.append($0) }
        #expect(expired == [1])
        #expect(slots.release(identifiers[0]) == nil)
        #expect(slots.release(identifiers[2]) == 3)
        #expect(slots.release(next) == 9)
        #expect(slots.free == 3)
        // Identifiers that name no slot.
        #expect(slots.release(3) == nil && slots.release(.max) == nil)
    }

    @Test("at a rate, time counts from when a query was due")
    func pace() {
        var pace = LoadPace(rate: 1000, start: 1_000_000)
        #expect(pace.due(at: 500_000) == 0)
        #expect(pace.due(at: 1_999_999) == 0)
        #expect(pace.wait(at: 1_500_000) == 500_000)
        #expect(pace.due(at: 4_000_000) == 3)
        #expect(pace.take(at: 4_000_000) == 2_000_000)
        #expect(pace.take(at: 4_000_000) == 3_000_000)
        #expect(pace.due(at: 4_000_000) == 1)
        pace.giveBack()
        #expect(pace.due(at: 4_000_000) == 2)
        var free = LoadPace(rate: nil, start: 0)
        #expect(free.due(at: 5) == .max)
        #expect(free.take(at: 5) == 5)
        #expect(free.wait(at: 5) == nil)
    }

    @Test("the kernel's accounting is read past any program name")
    func stat() throws {
        let line = "12 (a b) c) S 1 12 12 0 -1 4194560 100 200 3 4 1234 567 8 9 20 0 5 0"
        let ticks = try #require(ProcessAccounting.ticks(fromStat: line))
        #expect(ticks.user == 1234 && ticks.system == 567)
        #expect(ProcessAccounting.ticks(fromStat: "12 (x) S 1") == nil)
        let fields = ProcessAccounting.fields("Name:\tx\nVmRSS:\t   1234 kB\nThreads:\t3\nRssAnon:\t 20 kB\n")
        #expect(fields == ["VmRSS": 1234, "RssAnon": 20])
    }

    @Test(
        "which addresses are of this machine only",
        arguments: [
            ("127.0.0.1:53", true), ("127.255.3.4:5300", true), ("[::1]:53", true), ("128.0.0.1:53", false),
            ("[::2]:53", false), ("[2001:db8::1]:53", false), ("10.0.0.1:53", false),
        ]
    )
    func loopback(text: String, isLoopback: Bool) throws {
        #expect(try #require(ServerAddress(text)).isLoopback == isLoopback)
    }

    @Test(
        "what is no address and port is refused",
        arguments: [
            "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "localhost:53", "::1:53", "[::1]", ":53", "",
        ]
    )
    func badAddress(text: String) {
        #expect(ServerAddress(text) == nil)
    }

    @Test("load to another machine needs its owner's word")
    func ownership() throws {
        let arguments = ["--server", "192.0.2.1:53", "--names-below", "example"]
        #expect(throws: (any Error).self) { try BenchDNSCommand.parse(arguments) }
        #expect(throws: Never.self) { try BenchDNSCommand.parse(arguments + ["--i-own-this-server"]) }
    }

    @Test(
        "options that make no load are refused",
        arguments: [
            ["--clients", "0"], ["--outstanding", "3"], ["--threads", "9"], ["--duration", "0"], ["--rate", "0"],
            ["--type", "NOTYPE"], ["--queries", "list"],
        ]
    )
    func badOptions(options: [String]) {
        #expect(throws: (any Error).self) {
            try BenchDNSCommand.parse(["--server", "127.0.0.1:53", "--names-below", "example"] + options)
        }
    }

    @Test("numbers are written with their places")
    func decimals() {
        #expect(LoadReport.decimal(1.005, 1) == "1.0")
        #expect(LoadReport.decimal(12.096, 2) == "12.10")
        #expect(LoadReport.decimal(0.05, 3) == "0.050")
        #expect(LoadReport.decimal(99.6, 0) == "100")
        #expect(LoadReport.decimal(-0.5, 1) == "-0.5")
        #expect(LoadReport.decimal(-0.01, 1) == "0.0")
    }
}
