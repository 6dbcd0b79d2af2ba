// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import ResponderEngine
import ResponderNet
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TCPServerTests {
    /// The message's id, answer count and last octet, which is an address's own number.
    private func summary(_ message: [UInt8]) -> [Int] {
        guard message.count > 12 else { return [] }
        return [
            Int(message[0]) << 8 | Int(message[1]), Int(message[6]) << 8 | Int(message[7]),
            Int(message[message.count - 1]),
        ]
    }

    @Test("A query is answered wherever the stream cuts it", arguments: [1, 2, 3, 7, 13, 1_000])
    func splitFrames(size: Int) async throws {
        let bench = try await TCPBench()
        try await bench.serve {
            let stream = try (0..<8 as Range<UInt16>).flatMap { try TCPBench.query("a\($0)", id: $0) }
            let pieces = stride(from: 0, to: stream.count, by: size).map {
                Array(stream[$0..<min($0 + size, stream.count)])
            }
            let answers = try await bench.exchange(pieces)
            #expect(answers.map(summary) == (0..<8).map { [$0, 1, $0] })
        }
    }

    @Test("Pipelined queries are all answered, in order, also behind the end of the client's output")
    func pipelining() async throws {
        let bench = try await TCPBench()
        try await bench.serve {
            let stream = try (0..<2_000 as Range<UInt16>).flatMap { try TCPBench.query("a\($0 % 8)", id: $0) }
            let answers = try await bench.exchange([stream])
            #expect(answers.map(summary) == (0..<2_000).map { [$0, 1, $0 % 8] })
        }
    }

    @Test("A response of tens of thousands of octets comes whole")
    func largeResponse() async throws {
        let bench = try await TCPBench()
        try await bench.serve {
            let answers = try await bench.exchange([try TCPBench.query("big", type: 16)])
            #expect(answers.count == 1)
            #expect((answers.first?.count ?? 0) > 50_000)
            #expect(answers.first.map { $0[2] & 0x02 } == 0)
        }
    }

    @Test(
        "Garbage ends its own connection only, and what came before it is answered",
        arguments: [[0, 0], [0, 11], [0, 5, 1, 2, 3, 4, 5]] as [[UInt8]]
    )
    func garbage(octets: [UInt8]) async throws {
        let bench = try await TCPBench()
        try await bench.serve {
            let answers = try await bench.exchange([try TCPBench.query("a1") + octets])
            #expect(answers.map(summary) == [[1, 1, 1]])
            let others = try await bench.exchange([try TCPBench.query("a2")])
            #expect(others.map(summary) == [[1, 1, 2]])
        }
    }

    @Test("A framed message that is no query is told so, and the connection goes on")
    func malformedMessage() async throws {
        let bench = try await TCPBench()
        try await bench.serve {
            let message: [UInt8] = [0, 12, 0, 9, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0]
            let answers = try await bench.exchange([message, try TCPBench.query("a3")])
            #expect(answers.count == 2)
            #expect(answers.first.map { $0[3] & 15 } == 1)
            #expect(answers.last.map(summary) == [1, 1, 3])
        }
    }

    @Test("A client that sends nothing, or only a part of a query, is let go", arguments: [0, 5])
    func idle(octets: Int) async throws {
        var limits = TCPLimits()
        limits.idleTimeout = .milliseconds(100)
        let bench = try await TCPBench(limits: limits)
        try await bench.serve {
            let part = Array(try TCPBench.query("a1").prefix(octets))
            try await bench.connect().executeThenClose { inbound, outbound in
                if !part.isEmpty { try await outbound.write(ByteBuffer(bytes: part)) }
                // Ends only when the server closes.
                for try await octets in inbound { Issue.record("answered: \(octets)") }
            }
        }
    }

    @Test("A client's connection beyond its limit is served, and its idlest one makes room")
    func limitPerAddress() async throws {
        var limits = TCPLimits()
        limits.connectionsPerAddress = 2
        let bench = try await TCPBench(limits: limits)
        try await bench.serve {
            try await bench.connect().executeThenClose { first, _ in
                try await until { bench.server.connections.snapshot.open == 1 }
                try await bench.connect().executeThenClose { _, _ in
                    try await until { bench.server.connections.snapshot.open == 2 }
                    let answers = try await bench.exchange([try TCPBench.query("a1")])
                    #expect(answers.map(summary) == [[1, 1, 1]])
                    // Ends only when the server closes.
                    for try await octets in first { Issue.record("answered: \(octets)") }
                    #expect(bench.server.connections.snapshot.closed[.pressure] == 1)
                }
            }
            try await until { bench.server.connections.snapshot.open == 0 }
            #expect(bench.server.connections.snapshot.accepted == 3)
        }
    }

    @Test("When the server is full the connection whose last query is longest ago makes room")
    func limitInAll() async throws {
        var limits = TCPLimits()
        limits.connections = 2
        let bench = try await TCPBench(limits: limits)
        try await bench.serve {
            try await bench.connect().executeThenClose { older, olderOutbound in
                try await until { bench.server.connections.snapshot.open == 1 }
                try await bench.connect().executeThenClose { newer, newerOutbound in
                    try await until { bench.server.connections.snapshot.open == 2 }
                    // An answered query makes the older connection the more active one; single octets do not.
                    try await olderOutbound.write(ByteBuffer(bytes: try TCPBench.query("a1")))
                    for try await _ in older { break }
                    try await newerOutbound.write(ByteBuffer(bytes: [0]))
                    let answers = try await bench.exchange([try TCPBench.query("a2")])
                    #expect(answers.map(summary) == [[1, 1, 2]])
                    do {
                        for try await octets in newer { Issue.record("answered: \(octets)") }
                    } catch is IOError {
                        // Closed over an octet that was never read.
                    }
                    #expect(bench.server.connections.snapshot.closed == [.pressure: 1])
                }
            }
        }
    }

    @Test("After as many queries as a connection gets it is closed, behind its answers")
    func queryLimit() async throws {
        var limits = TCPLimits()
        limits.queriesPerConnection = 3
        let bench = try await TCPBench(limits: limits)
        try await bench.serve {
            let stream = try (0..<5 as Range<UInt16>).flatMap { try TCPBench.query("a\($0)", id: $0) }
            let answers = try await bench.exchange([stream])
            #expect(answers.map(summary) == (0..<3).map { [$0, 1, $0] })
            #expect(bench.server.connections.snapshot.closed == [.complete: 1])
        }
    }

    @Test("A client that asks to stay is waited for by the longer time-out")
    func keepalive() async throws {
        var limits = TCPLimits()
        limits.idleTimeout = .milliseconds(200)
        limits.keepaliveTimeout = .hours(1)
        let bench = try await TCPBench(limits: limits)
        try await bench.serve {
            // OPT with an empty edns-tcp-keepalive option.
            let option: [UInt8] = [0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 4, 0, 11, 0, 0]
            var asking = try TCPBench.query("a1") + option
            asking[1] += UInt8(option.count)
            asking[13] = 1
            let query = asking
            try await bench.connect().executeThenClose { kept, outbound in
                var answers = kept.makeAsyncIterator()
                try await outbound.write(ByteBuffer(bytes: query))
                _ = try await answers.next()
                // One that did not ask is let go meanwhile, though it was active later.
                try await bench.connect().executeThenClose { inbound, _ in
                    for try await octets in inbound { Issue.record("answered: \(octets)") }
                }
                try await outbound.write(ByteBuffer(bytes: query))
                #expect(try await (answers.next()?.readableBytes ?? 0) > 2)
                #expect(bench.server.connections.snapshot.closed == [.idle: 1])
            }
        }
    }

    @Test("Taps are told the client's address and port")
    func taps() async throws {
        let taps = QueryTaps()
        taps.open()
        var engine = ResponderConfiguration()
        engine.taps = taps
        let bench = try await TCPBench(engine: engine)
        try await bench.serve {
            let connection = try await bench.connect()
            let port = try #require(connection.channel.localAddress?.port)
            try await connection.executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(bytes: try TCPBench.query("a1")))
                for try await _ in inbound { break }
            }
            var entries: [TapEntry] = []
            for tap in taps.all { _ = unsafe tap.take { entry, _, _ in entries.append(entry) } }
            #expect(entries.map(\.port) == [UInt16(port)])
            #expect(entries.map(\.client) == [ClientAddress(ipv4: 0x7F00_0001)])
            #expect(entries.map(\.transport) == [.tcp4])
        }
    }

    @Test("A stopping server answers what has been asked, and lets quiet connections go")
    func draining() async throws {
        let bench = try await TCPBench()
        try await bench.serve {
            try await bench.connect().executeThenClose { inbound, outbound in
                var answers = inbound.makeAsyncIterator()
                try await outbound.write(ByteBuffer(bytes: try TCPBench.query("a1")))
                _ = try await answers.next()
                await bench.server.stopAccepting()
                // A patience of an hour is one query's time here: the query still gets its answer.
                async let drained: Void = bench.server.drain(patience: .milliseconds(300), limit: .hours(1))
                try await outbound.write(ByteBuffer(bytes: try TCPBench.query("a2")))
                var octets = 0
                while let more = try await answers.next() { octets += more.readableBytes }
                #expect(octets > 2)
                outbound.finish()
                await drained
                #expect(bench.server.connections.snapshot.closed == [.draining: 1])
            }
        }
    }

    @Test("A client that does not read its answers is not served on, and is let go")
    func slowReader() async throws {
        var limits = TCPLimits()
        limits.idleTimeout = .seconds(1)
        let bench = try await TCPBench(limits: limits)
        try await bench.serve {
            let query = try TCPBench.query("big", type: 16)
            let queries = 2_000
            let channel = try await bench.connect()
            try await channel.channel.setOption(.autoRead, value: false).get()
            try await channel.executeThenClose { _, outbound in
                do {
                    for _ in 0..<queries { try await outbound.write(ByteBuffer(bytes: query)) }
                } catch is ChannelError {
                } catch is IOError {
                }
                try await until { bench.server.connections.snapshot.open == 0 }
            }
            let answered = bench.server.counters.reduce(0) { $0 + $1[.queries(.tcp4)] }
            // What the sockets' buffers take, and no more: all answers would be a hundred megabytes.
            #expect(answered < queries)
        }
    }

    /// Waits until a condition holds; the limit only keeps a broken test from hanging.
    private func until(_ condition: () -> Bool) async throws {
        for _ in 0..<30_000 where !condition() { try await Task.sleep(for: .milliseconds(2)) }
        #expect(condition())
    }
}
