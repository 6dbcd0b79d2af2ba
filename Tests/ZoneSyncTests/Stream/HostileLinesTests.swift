// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import NIOCore
import Synchronization
import Testing
import ZoneStore

@testable import ZoneSync

/// Lines that nobody should send.
@Suite(.timeLimit(.minutes(5)))
struct HostileLinesTests {
    @Test("A body beyond the limit refuses its zone, is not kept, and the connection goes on")
    func oversizedBody() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        var bench = try SessionBench.live([ZoneFixture("a.")], at: 10, in: store)
        let zone = ZoneFixture("a.", version: 2)
        try bench.receive(ServerMessage.put(position: 11, try zone.header, lines: 300, lane: 0).line)
        let text = Array(repeating: "\"" + String(repeating: "\\200", count: 250) + "\"", count: 250).joined(
            separator: " "
        )
        let line = Array("t.a. 60 IN TXT \(text)".utf8)
        for _ in 0...ProtocolLimits.body / line.count { try bench.session.receive(.line(line)) }
        try bench.receive(".")
        #expect(bench.session.pendingOctets == 0)
        try bench.put(ZoneFixture("b.", generation: 2), at: 12)
        try bench.apply()
        guard case .refuse(11, "a.", let error)? = bench.sent.first else {
            Issue.record("no NAK: \(bench.sent)")
            return
        }
        #expect(error.code == .tooLong)
        #expect(bench.sent.last == .acknowledge(position: 12, chunk: nil))
        #expect(try bench.version("a.") == 1)
    }

    @Test("Of two origins that disagree about a version the first one's contents stay")
    func splitBrain() throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let first = ZoneFixture("a.", version: 2, hosts: [("www", "192.0.2.1")])
        var bench = try SessionBench.live([first], at: 10, in: store)
        try bench.put(ZoneFixture("a.", version: 2, hosts: [("www", "192.0.2.2")]), at: 11)
        try bench.apply()
        #expect(bench.sent == [.acknowledge(position: 11, chunk: nil)])
        #expect(try store.zone(named: first.summary.name)?.hash == first.hash)
    }

    @Test("Whatever consumers send, the origin ends at most their connection, and serves the others")
    func manyHostileConsumers() async throws {
        let source = MemorySource()
        source.state.withLock { $0.servesManifest = true }
        for number in 1...20 {
            try source.publish(ZoneFixture("z\(number).example.", generation: UInt64(number)))
        }
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let good = [
            "HELLO node=bad", "FOLLOW epoch=old from=3 zones=20", "MANIFEST 00,01,a0", "FETCH gens=1,2,3",
            "ACK 0 chunk=1",
            "WANT zone=z1.example.", "NAK 20 422 zone=z1.example. no", "PONG 5", "ADOPT 20", "ACK 20",
        ]
        var generator = SeededGenerator(seed: 9)
        try await withOrigin(source) { server, upstream in
            for _ in 0..<60 {
                var lines = good
                for _ in 0...Int.random(in: 0..<3, using: &generator) {
                    let target = Int.random(in: 0..<lines.count, using: &generator)
                    switch Int.random(in: 0..<5, using: &generator) {
                    case 0: lines.swapAt(target, Int.random(in: 0..<lines.count, using: &generator))
                    case 1: lines.insert(lines[target], at: target)
                    case 2: lines.remove(at: target)
                    case 3: lines[target] += String(repeating: "x", count: 5_000)
                    default:
                        var octets = Array(lines[target].utf8)
                        octets[Int.random(in: 0..<octets.count, using: &generator)] = .random(
                            in: 1...0x7E,
                            using: &generator
                        )
                        lines[target] = String(decoding: octets, as: UTF8.self)
                    }
                }
                // Truncated, most often.
                let text = lines.map { $0 + "\n" }.joined()
                let octets = ByteBuffer(string: String(text.prefix(Int.random(in: 1...text.count, using: &generator))))
                try await withRawClient(upstream) { stream, outbound in
                    do {
                        try await outbound.write(octets)
                        var inbound = stream.makeAsyncIterator()
                        _ = try await inbound.next()
                    } catch is IOError {
                        // Already ended.
                    } catch is ChannelError {}
                }
            }
            try await eventually { server.connections == 0 }
            try await withFollower(store, [upstream]) { client in
                try await eventually { client.status.isLive && client.status.position == 20 }
            }
        }
        #expect(try store.setHash() == source.setHash)
    }

    @Test("Mending waits longer and longer while it does not help")
    func mendingPace() {
        var pace = MendingPace()
        let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
        let longest = TimeAmount.minutes(10)
        #expect(pace.isDue(start, byManifest: true, longest: longest))
        pace.begin(start)
        #expect(!pace.isDue(start + .seconds(9), byManifest: true, longest: longest))
        #expect(pace.isDue(start + .seconds(11), byManifest: true, longest: longest))
        #expect(!pace.isDue(start + .seconds(599), byManifest: false, longest: longest))
        #expect(pace.isDue(start + .seconds(601), byManifest: false, longest: longest))
        pace.begin(start)
        #expect(!pace.isDue(start + .seconds(19), byManifest: true, longest: longest))
        for _ in 0..<80 { pace.begin(start) }
        #expect(!pace.isDue(start + .seconds(599), byManifest: true, longest: longest))
        #expect(pace.isDue(start + .seconds(601), byManifest: true, longest: longest))
        pace.succeeded()
        #expect(pace.isDue(start, byManifest: true, longest: longest))
    }
}
