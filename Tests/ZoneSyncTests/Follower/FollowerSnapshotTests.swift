// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing
import ZoneStore
import ZoneSync

@Suite
struct FollowerSnapshotTests {
    let folder: TemporaryFolder
    let store: ZoneStore

    init() throws {
        folder = try TemporaryFolder()
        store = try folder.store()
    }

    private func bench(_ zones: [ZoneFixture], at position: UInt64 = 10) throws -> SessionBench {
        try SessionBench.live(zones, at: position, in: store)
    }

    @Test("Another epoch: the replica becomes what the snapshot says, also where its versions are older")
    func otherEpoch() throws {
        _ = try bench([
            ZoneFixture("a.", generation: 1, version: 9, hosts: [("www", "192.0.2.1")]),
            ZoneFixture("b.", generation: 2, version: 2),
            ZoneFixture("c.", generation: 3),
        ])
        let restored = [
            ZoneFixture("a.", generation: 1, version: 5), ZoneFixture("b.", generation: 2, version: 2),
            ZoneFixture("d.", generation: 3),
        ]
        var again = try SessionBench(store)
        try again.introduce()
        try again.snapshot(restored, at: 4, epoch: "f")
        #expect(again.sent.last == .acknowledge(position: 4, chunk: 1))
        #expect(try store.position() == StreamPosition(epoch: "f", position: 4))
        #expect(try again.version("a.") == 5)
        #expect(try again.version("c.") == nil)
        #expect(try again.version("d.") == 1)
        #expect(
            try store.setHash()
                == restored.reduce(Hash256.zero) { try $0 &+ ZoneDigest.setMember($1.summary) }
        )
    }

    @Test("A snapshot cut off in the middle is begun anew, and until then the old zones stay")
    func cutOffSnapshot() throws {
        _ = try bench([ZoneFixture("a.", version: 9), ZoneFixture("b.", generation: 2)])
        var cut = try SessionBench(store)
        try cut.introduce()
        try cut.receive(.snapshot(OriginSnapshot(epoch: "f", position: 4, zones: 2)))
        try cut.zone(ZoneFixture("c.", generation: 7))
        try cut.apply()
        #expect(try store.count() == 3)
        var again = try SessionBench(store)
        try again.introduce()
        #expect(again.sent.last == .follow(FollowRequest(epoch: "f", from: 0, window: ProtocolLimits.defaultWindow)))
        try again.snapshot([ZoneFixture("a.", version: 5), ZoneFixture("c.", generation: 7)], at: 4, epoch: "f")
        #expect(try again.version("a.") == 5)
        #expect(try again.version("b.") == nil)
    }

    @Test("An origin that lost all zones does not empty a replica")
    func emptyOrigin() throws {
        _ = try bench([ZoneFixture("a.")])
        var again = try SessionBench(store)
        try again.introduce()
        #expect(throws: ProtocolError.self) {
            try again.receive(.snapshot(OriginSnapshot(epoch: "f", position: 0, zones: 0)))
        }
        var third = try SessionBench(store)
        try third.introduce()
        try third.receive(.snapshot(OriginSnapshot(epoch: "f", position: 0, zones: 5)))
        #expect(throws: ProtocolError.self) { try third.receive(.snapshotEnd(position: 0)) }
        #expect(try store.count() == 1)
    }

    @Test("A poison zone in a snapshot keeps its old state and does not stop the others")
    func poisonInSnapshot() throws {
        _ = try bench([ZoneFixture("a."), ZoneFixture("b.", generation: 2)])
        var again = try SessionBench(store)
        try again.introduce()
        try again.receive(.snapshot(OriginSnapshot(epoch: "f", position: 4, zones: 2)))
        try again.receive(.zone(ZoneFixture("a.", version: 2).header, lines: 1), ["nonsense"])
        try again.zone(ZoneFixture("b.", generation: 2, version: 2))
        try again.receive(.chunk(number: 1, after: 2))
        try again.receive(.snapshotEnd(position: 4))
        try again.apply()
        #expect(try again.version("a.") == 1)
        #expect(try again.version("b.") == 2)
        #expect(again.session.status.quarantined.keys.sorted() == ["a."])
        #expect(try store.position()?.position == 4)
    }

    @Test("A checkpoint that fits says nothing; one that differs asks for mending, once allowed")
    func checkpoints() throws {
        let zone = ZoneFixture("a.")
        var bench = try bench([zone])
        let right = OriginCheckpoint(position: 10, zones: 1, setHash: try ZoneDigest.setMember(zone.summary))
        try bench.receive(.checkpoint(right))
        #expect(!bench.session.asksForMending)
        // One of another position cannot be compared.
        try bench.receive(.checkpoint(OriginCheckpoint(position: 9, zones: 1, setHash: .zero)))
        #expect(!bench.session.asksForMending)
        #expect(throws: ProtocolError.self) {
            try bench.receive(.checkpoint(OriginCheckpoint(position: 10, zones: 1, setHash: .zero)))
        }
        #expect(bench.session.asksForMending)
        #expect(bench.session.status.mismatches == 1)
        var mending = try SessionBench(store, mends: true)
        try mending.introduce()
        #expect(mending.sent.last == .follow(FollowRequest(epoch: "e", from: 0, window: ProtocolLimits.defaultWindow)))
    }

    @Test("A checkpoint waits for what was received before it")
    func checkpointWaits() throws {
        let second = ZoneFixture("a.", version: 2)
        var bench = try bench([ZoneFixture("a.")])
        try bench.put(second, at: 11)
        try bench.receive(
            .checkpoint(
                OriginCheckpoint(position: 11, zones: 1, setHash: try ZoneDigest.setMember(second.summary))
            )
        )
        try bench.apply()
        #expect(bench.session.status.mismatches == 0)
        #expect(bench.sent == [.acknowledge(position: 11, chunk: nil)])
    }

    @Test("PING is answered and carries the head")
    func ping() throws {
        var bench = try bench([ZoneFixture("a.")])
        try bench.receive(.ping(time: 77, head: 250))
        #expect(bench.sent == [.pong(time: 77)])
        #expect(bench.session.status.lag == 240)
    }

    @Test("An error line ends the session with its reason")
    func failure() throws {
        var bench = try bench([ZoneFixture("a.")])
        let error = ProtocolError(.draining, "going down", retryMilliseconds: 5)
        #expect(throws: error) { try bench.receive(.failure(error)) }
    }

    @Test("Messages at the wrong time end the connection", arguments: MessageTests.server.map(\.1))
    func wrongTime(line: String) throws {
        var bench = try SessionBench(store)
        if line.hasPrefix("ZSP/1") {
            try bench.receive(line)
        }
        #expect(throws: ProtocolError.self) { try bench.receive(line) }
    }

    @Test("Streams with mutated lines never trap and never go backwards")
    func fuzz() throws {
        var generator = SeededGenerator(seed: 21)
        let first = ZoneFixture("a.", hosts: [("www", "192.0.2.1")])
        for round in 0..<200 {
            var bench = try SessionBench(store)
            var lines = [
                "ZSP/1 ready node=o epoch=e head=20 floor=0 caps=diff", "+OK hello node=test",
                try store.position() == nil
                    ? "+OK snapshot epoch=e at=10 zones=1" : "+OK resume epoch=e from=10 head=20",
            ]
            lines += try [ServerMessage.zone(first.header, lines: 3).line] + first.lines + ["."]
            lines += ["CHUNK 1 after=1", "END at=10", "PING 5 head=20", "SKIP 11 12"]
            lines += try [ServerMessage.put(position: 13, first.header, lines: 3, lane: 0).line] + first.lines + ["."]
            let target = Int.random(in: 0..<lines.count, using: &generator)
            var octets = Array(lines[target].utf8)
            if !octets.isEmpty {
                octets[Int.random(in: 0..<octets.count, using: &generator)] = UInt8.random(
                    in: 0x20...0x7E,
                    using: &generator
                )
            }
            if round.isMultiple(of: 5) { lines.swapAt(target, (target + 1) % lines.count) }
            for (index, line) in lines.enumerated() {
                do {
                    try bench.session.receive(.line(index == target ? octets : Array(line.utf8)))
                    try bench.apply()
                } catch is ProtocolError {
                    break
                }
            }
            #expect(try store.count() <= 2)
        }
    }
}
