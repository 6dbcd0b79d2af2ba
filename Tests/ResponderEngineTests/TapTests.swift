// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Foundation
import Synchronization
import Testing

@testable import ResponderEngine

/// Taps: what a responder leaves for others to look at.
@Suite struct TapTests {
    private let client = ClientAddress(ipv4: 0xC000_0201)

    private struct Record: Equatable {
        var entry: TapEntry
        var query: [UInt8]
        var response: [UInt8]
    }

    private func records(_ tap: QueryTap, limit: Int = 1024) -> [Record] {
        var found: [Record] = []
        _ = unsafe tap.take(limit: limit) { entry, query, response in
            unsafe found.append(Record(entry: entry, query: Array(query), response: Array(response)))
        }
        return found
    }

    private func query(_ name: String) throws -> [UInt8] {
        let question = Question(name: try Name(labels: name.split(separator: ".").map { Array($0.utf8) }), type: .a)
        return try Message(header: MessageHeader(id: 5), questions: [question]).encoded()
    }

    @Test("a closed tap records nothing; an open one each query with its response, sender and time")
    func records() throws {
        let taps = QueryTaps()
        let bench = try EDNSBench { $0.taps = taps }
        let tap = try #require(taps.all.first)
        #expect(taps.all.count == 1 && !tap.isOpen)
        _ = bench.exchange(try query("web.example.com"), client: client)
        #expect(records(tap).isEmpty)
        taps.open()
        let start = Date().timeIntervalSince1970
        let asked = [try query("web.example.com"), try query("nope.example.com"), [1, 2, 3]]
        let answers = asked.map { bench.exchange($0, transport: .tcp6, client: client) }
        let found = records(tap)
        #expect(found.map(\.query) == asked && found.map(\.response) == answers)
        #expect(answers[2].isEmpty, "a query without a response is recorded, too")
        for record in found {
            #expect(record.entry.transport == .tcp6 && record.entry.client == client)
            #expect(abs(Double(record.entry.seconds) - start) < 600 && record.entry.nanoseconds < 1_000_000_000)
        }
        #expect(records(tap).isEmpty)
        taps.close()
        _ = bench.exchange(asked[0], client: client)
        #expect(records(tap).isEmpty && taps.dropped == 0)
    }

    @Test("every n-th query is recorded, also by responders made later")
    func stride() throws {
        let taps = QueryTaps()
        taps.open(every: 10)
        let bench = try EDNSBench { $0.taps = taps }
        let asked = try query("web.example.com")
        for _ in 0..<1000 { _ = bench.exchange(asked, client: client) }
        let tap = try #require(taps.all.first)
        #expect(records(tap).count == 100)
        taps.open(every: 1)
        for _ in 0..<10 { _ = bench.exchange(asked, client: client) }
        #expect(records(tap).count == 10)
    }

    @Test("what has no room is left out and counted, and room that was taken is used again")
    func full() {
        let tap = QueryTap(octets: 1)
        tap.open()
        let octets = [UInt8](repeating: 7, count: 1000)
        func append(_ number: UInt16) {
            let entry = TapEntry(transport: .udp4, client: client, port: number, seconds: 0, nanoseconds: 0)
            unsafe octets.withUnsafeBytes { unsafe tap.active?.ring.append(entry, query: $0, response: $0) }
        }
        // 256 KiB hold 128 entries of 2,040 octets.
        for number in 0..<200 as Range<UInt16> { append(number) }
        #expect(tap.dropped == 72)
        #expect(records(tap, limit: 50).map(\.entry.port) == Array(0..<50))
        for number in 200..<300 as Range<UInt16> { append(number) }
        let rest = records(tap)
        #expect(Array(rest.map(\.entry.port).prefix(78)) == Array(50..<128))
        #expect(rest.count + 50 + tap.dropped == 300)
        #expect(rest.allSatisfy { $0.query == octets && $0.response == octets })
    }

    @Test("entries of all lengths pass whole and in order over the end of the ring")
    func wrapping() {
        let tap = QueryTap(octets: 1)
        tap.open()
        var generator = FuzzTests.Sequence(state: 3)
        var next: UInt32 = 0
        for round in 0..<20_000 as Range<UInt32> {
            let query = [UInt8](
                repeating: UInt8(truncatingIfNeeded: round),
                count: Int.random(in: 0...600, using: &generator)
            )
            let response = [UInt8](repeating: UInt8(truncatingIfNeeded: round &+ 1), count: Int(round % 1300))
            let entry = TapEntry(
                transport: .tls6,
                client: ClientAddress(ipv6High: .max, low: UInt64(round)),
                port: 53,
                seconds: Int64(query.count),
                nanoseconds: round
            )
            unsafe query.withUnsafeBytes { query in
                unsafe response.withUnsafeBytes { unsafe tap.active?.ring.append(entry, query: query, response: $0) }
            }
            guard round % 37 == 0 else { continue }
            for record in records(tap) {
                #expect(record.entry.nanoseconds == next && record.entry.client.low == UInt64(next))
                #expect(record.query.count == Int(record.entry.seconds) && record.response.count == Int(next % 1300))
                #expect(record.query.allSatisfy { $0 == UInt8(truncatingIfNeeded: next) })
                #expect(record.response.allSatisfy { $0 == UInt8(truncatingIfNeeded: next &+ 1) })
                next += 1
            }
        }
        #expect(tap.dropped == 0 && next > 19_900)
    }

    @Test("two threads: nothing is torn, lost without being counted, or out of order")
    func threads() async {
        let tap = QueryTap(octets: 1)
        tap.open()
        let total = 200_000
        let isDone = Atomic<Bool>(false)
        async let consumed: (count: Int, isOrdered: Bool) = {
            var last = -1
            var count = 0
            var isOrdered = true
            while true {
                let wasDone = isDone.load(ordering: .acquiring)
                let found = unsafe tap.take(limit: 100) { entry, query, response in
                    let number = Int(entry.seconds)
                    unsafe isOrdered = isOrdered && number > last && query.allSatisfy { $0 == UInt8(number & 0xFF) }
                    isOrdered = isOrdered && response.count == number % 100
                    last = number
                    count += 1
                }
                if found == 0, wasDone { return (count, isOrdered) }
                if found == 0 { await Task.yield() }
            }
        }()
        let producer = Task.detached {
            for number in 0..<total {
                let query = [UInt8](repeating: UInt8(number & 0xFF), count: 30 + number % 50)
                let response = [UInt8](repeating: 1, count: number % 100)
                let entry = TapEntry(
                    transport: .udp4,
                    client: .unspecified,
                    port: 0,
                    seconds: Int64(number),
                    nanoseconds: 0
                )
                unsafe query.withUnsafeBytes { query in
                    unsafe response.withUnsafeBytes {
                        unsafe tap.active?.ring.append(entry, query: query, response: $0)
                    }
                }
            }
        }
        await producer.value
        isDone.store(true, ordering: .releasing)
        let result = await consumed
        #expect(result.isOrdered)
        #expect(result.count + tap.dropped == total && result.count > 0)
    }
}
