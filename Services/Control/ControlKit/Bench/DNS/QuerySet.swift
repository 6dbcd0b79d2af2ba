// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire

/// Queries made beforehand, asked one after the other, and again from the start.
///
/// They stand in memory in runs of one length, each run of queries that were near one another in the list: the kernel can
/// send a run at once, and the order stays that of the list within a few hundred queries.
struct QuerySet: QuerySource {
    /// The longest run: long enough to save most of the way through the kernel, short enough that what a server takes
    /// at once is still of several kinds.
    private static let runLength = 16

    private struct Run {
        var offset: Int
        var size: Int
        var count: Int
    }

    private let octets: [UInt8]
    private let runs: [Run]
    /// The run to send next, and how many of its queries were sent.
    private var next = 0
    private var sentOfRun = 0

    /// Takes queries in wire form.
    ///
    /// - Throws: `ControlError` when there is none, or one is too long.
    init(_ queries: [[UInt8]]) throws(ControlError) {
        guard !queries.isEmpty else { throw ControlError("there are no queries to send") }
        var octets: [UInt8] = []
        var runs: [(first: Int, run: [Int])] = []
        var open: [Int: Int] = [:]
        for (number, query) in queries.enumerated() {
            guard query.count >= Message.headerLength, query.count <= Burst.packetSize else {
                throw ControlError("query \(number + 1) has \(query.count) octets")
            }
            if let index = open[query.count], runs[index].run.count < Self.runLength {
                runs[index].run.append(number)
            } else {
                open[query.count] = runs.count
                runs.append((number, [number]))
            }
        }
        octets.reserveCapacity(queries.reduce(0) { $0 + $1.count })
        self.runs = runs.map { _, numbers in
            let run = Run(offset: octets.count, size: queries[numbers[0]].count, count: numbers.count)
            for number in numbers { octets += queries[number] }
            return run
        }
        self.octets = octets
    }

    /// How many queries there are.
    var count: Int { runs.reduce(0) { $0 + $1.count } }

    mutating func stage(into burst: inout Burst, maximum: Int) {
        var left = maximum
        while left > 0 {
            let run = runs[next]
            let count = min(left, run.count - sentOfRun)
            let start = run.offset + sentOfRun * run.size
            unsafe burst.append(packets: count, of: run.size) { room in
                unsafe octets.withUnsafeBytes {
                    unsafe room.copyMemory(from: .init(rebasing: $0[start...].prefix(room.count)))
                }
            }
            left -= count
            sentOfRun += count
            if sentOfRun == run.count {
                sentOfRun = 0
                next = next + 1 == runs.count ? 0 : next + 1
            }
        }
    }

    func forThread(_ index: Int, of count: Int) -> QuerySet {
        var copy = self
        copy.next = runs.count * index / count
        return copy
    }
}
