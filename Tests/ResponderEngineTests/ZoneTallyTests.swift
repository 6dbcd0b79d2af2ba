// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Glibc
import Synchronization
import Testing

@testable import ResponderEngine

@Suite struct ZoneTallyTests {
    private func collect(_ tallies: ZoneTallies, zones: Int = 0) -> [UInt32: UInt64] {
        var counts: [UInt32: UInt64] = [:]
        var missed: UInt64 = 0
        #expect(tallies.collect(zones: zones, into: &counts, missed: &missed))
        #expect(missed == 0)
        return counts
    }

    @Test(arguments: [1, 64, 100_000])
    func `every zone of a full table has a counter of its own`(zones: Int) throws {
        let table = try #require(ZoneTallyTable(lines: ZoneTallyTable.lines(zones: zones)))
        defer { table.release() }
        // Ids in a row, and the same number of others at random.
        let ids = Set((1...UInt32(zones)).flatMap { [$0, .random(in: 1 ... .max)] }.prefix(zones))
        for round in 0..<2 {
            for id in ids { for _ in 0...(id & 3) { table.add(id) } }
            var counts: [UInt32: UInt64] = [:]
            #expect(table.drain(into: &counts) == 0)
            #expect(counts.count == ids.count, "round \(round)")
            for id in ids { #expect(counts[id] == UInt64(id & 3) + 1) }
        }
        var nothing: [UInt32: UInt64] = [:]
        #expect(table.drain(into: &nothing) == 0)
        #expect(nothing.isEmpty)
    }

    @Test func `queries without a place are told`() throws {
        let table = try #require(ZoneTallyTable(lines: ZoneTallyTable.lines(zones: 0)))
        defer { table.release() }
        for id in 1...10_000 as ClosedRange<UInt32> { table.add(id) }
        var counts: [UInt32: UInt64] = [:]
        let missed = table.drain(into: &counts)
        #expect(missed > 0)
        #expect(counts.values.reduce(0, +) + missed == 10_000)
    }

    @Test func `nothing is lost or counted twice while a responder counts and another thread collects`() async throws {
        let tallies = ZoneTallies()
        let tally = tallies.makeTally(zones: 8)
        let isDone = Atomic<Bool>(false)
        let queries = 400_000
        async let collected: [UInt32: UInt64] = Task.detached {
            var counts: [UInt32: UInt64] = [:]
            var missed: UInt64 = 0
            var size = 8
            repeat {
                // The table is replaced by a larger one now and then.
                size = size == 8 ? 5_000 : 8
                _ = tallies.collect(zones: size, into: &counts, missed: &missed)
            } while !isDone.load(ordering: .acquiring)
            #expect(tallies.collect(zones: 8, into: &counts, missed: &missed))
            #expect(missed == 0)
            return counts
        }.value
        let thread = Task.detached {
            var writer = TallyWriter(tally)
            for query in 0..<queries {
                writer.note(UInt32(query % 50))
                if query % 17 == 0 { writer.endBatch() }
            }
            writer.endBatch()
        }
        await thread.value
        isDone.store(true, ordering: .releasing)
        let counts = await collected
        #expect(counts.count == 49, "zone 0 is none")
        #expect(counts.values.allSatisfy { $0 == UInt64(queries / 50) })
    }

    @Test func `answers count for their zone, refusals for none, those from the cache too`() throws {
        let fixture = try ResponderFixture(("example.com.", exampleZone))
        try fixture.put("sub.example.com.", "@ SOA ns h 1 1 1 1 1\n@ NS ns\n* A 192.0.2.1\n", generation: 7)
        try fixture.put("example.net.", "@ SOA ns h 1 1 1 1 1\n@ NS ns\n", generation: 9)
        try fixture.put("huge.example.", "@ SOA ns h 1 1 1 1 1\n@ NS ns\n", generation: 1 << 32)
        let tallies = ZoneTallies()
        var configuration = ResponderConfiguration()
        configuration.tallies = tallies
        // Each is asked three times by one responder.
        _ = try fixture.ask("www.example.com.", .a, transport: .udp4, configuration: configuration)
        _ = try fixture.ask("nothing.example.com.", .a, transport: .tcp4, configuration: configuration)
        _ = try fixture.ask("host.sub.example.com.", .a, transport: .udp6, configuration: configuration)
        _ = try fixture.ask("example.net.", .mx, transport: .udp4, configuration: configuration)
        _ = try fixture.ask("huge.example.", .soa, transport: .udp4, configuration: configuration)
        _ = try fixture.ask("example.org.", .a, transport: .udp4, configuration: configuration)
        _ = try fixture.ask("version.bind.", .txt, rrclass: .chaos, configuration: configuration)
        #expect(collect(tallies) == [1: 6, 7: 3, 9: 3])
        #expect(collect(tallies).isEmpty)
        // A zone made again under its name counts anew.
        try fixture.put("example.net.", "@ SOA ns h 1 1 1 1 1\n@ NS ns\n", generation: 10)
        _ = try fixture.ask("example.net.", .mx, transport: .udp4, configuration: configuration)
        #expect(collect(tallies, zones: 1_000_000) == [10: 3])
    }

    @Test func `answers that a rate limit holds back do not count`() throws {
        let fixture = try ResponderFixture.example()
        var limits = RateLimits()
        limits.answers = 1
        limits.slip = 0
        let tallies = ZoneTallies()
        var configuration = ResponderConfiguration()
        configuration.tallies = tallies
        configuration.limiter = RateLimiter(limits)
        var responder = try Responder(store: fixture.store, configuration: configuration)
        let query = try Message(
            header: MessageHeader(id: 1),
            questions: [Question(name: Name(text: "web.example.com."), type: .a, rrclass: .internet)]
        ).encoded()
        var answered: UInt64 = 0
        var buffer = [UInt8](repeating: 0, count: 4_096)
        for _ in 0..<100 {
            responder.beginBatch()
            let length = unsafe query.withUnsafeBytes { query in
                unsafe buffer.withUnsafeMutableBytes {
                    unsafe responder.respond(
                        to: query,
                        into: $0,
                        transport: .udp4,
                        client: ClientAddress(ipv6High: 0, low: 0xFFFF_C000_0201)
                    )
                }
            }
            responder.endBatch()
            if length > 0 { answered += 1 }
        }
        #expect(answered > 0 && answered < 100)
        #expect(collect(tallies) == [1: answered])
    }
}
