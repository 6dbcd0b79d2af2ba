// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing
import ZoneStore
import ZoneSync

/// A follower's session in a reconciliation, line by line.
@Suite
struct FollowerReconciliationTests {
    let folder: TemporaryFolder
    let store: ZoneStore
    private let held: [ZoneFixture]

    init() throws {
        folder = try TemporaryFolder()
        store = try folder.store()
        held = [
            ZoneFixture("a.", generation: 1), ZoneFixture("b.", generation: 2, version: 9),
            ZoneFixture("c.", generation: 3),
        ]
        _ = try SessionBench.live(held, at: 10, in: store)
    }

    /// A session that has asked to follow an origin with a manifest.
    private func introduced(mends: Bool = false) throws -> SessionBench {
        var bench = try SessionBench(store, mends: mends)
        try bench.receive("ZSP/1 ready node=o epoch=f head=7 floor=0 caps=diff,manifest")
        try bench.receive(.helloAccepted(node: "test"))
        return bench
    }

    /// The lines of a manifest of these zones.
    private func sums(_ zones: [ZoneFixture], at position: UInt64 = 7) throws -> [String] {
        var buckets = ManifestBuckets()
        for zone in zones { buckets.add(try zone.summary) }
        return [ServerMessage.manifest(epoch: "f", position: position, zones: zones.count).line]
            + (0...UInt8.max).map { ServerMessage.bucket($0, buckets[$0]).line }
    }

    private func receive(_ lines: [String], _ bench: inout SessionBench) throws {
        for line in lines { try bench.receive(line) }
    }

    private func follow(_ bench: SessionBench) -> FollowRequest? {
        for case .follow(let request) in bench.sent { return request }
        return nil
    }

    @Test("What is held is told to origins that have a manifest only, and there mending keeps the position")
    func request() throws {
        let window = ProtocolLimits.defaultWindow
        #expect(follow(try introduced()) == FollowRequest(epoch: "e", from: 10, window: window, zones: 3))
        let mending = FollowRequest(epoch: "e", from: 10, window: window, zones: 3, mends: true)
        #expect(follow(try introduced(mends: true)) == mending)
        var old = try SessionBench(store, mends: true)
        try old.introduce()
        #expect(follow(old) == FollowRequest(epoch: "e", from: 0, window: window))
    }

    @Test("Only what differs is asked for; what was not listed goes; the position comes with the last")
    func steps() throws {
        // Listed: one as held, one in an older version, one that is new.
        let theirs = [held[0], ZoneFixture("b.", generation: 2, version: 4), ZoneFixture("d.", generation: 4)]
        var bench = try introduced()
        bench.sent = []
        try receive(try sums(theirs), &bench)
        try bench.apply()
        guard case .manifest(let buckets)? = bench.sent.last, bench.sent.count == 1 else {
            Issue.record("no MANIFEST: \(bench.sent)")
            return
        }
        let names = try ["b.", "c.", "d."].map { ManifestBuckets.index(of: try Name(text: $0)) }
        #expect(buckets == Set(names).sorted())
        #expect(try store.position() == StreamPosition(epoch: "e", position: 10))
        let listed = theirs.filter { zone in
            (try? Name(text: zone.name)).map { buckets.contains(ManifestBuckets.index(of: $0)) } ?? false
        }
        for zone in listed { try bench.receive(.member(zone.entryOfManifest)) }
        try bench.receive(.listed(zones: listed.count))
        try bench.apply()
        #expect(bench.sent.last == .fetch(generations: [2, 4]) || bench.sent.last == .fetch(generations: [4, 2]))
        // From the first change on the position of the old epoch is void.
        #expect(try store.position() == StreamPosition(epoch: "f", position: 0))
        #expect(try bench.version("c.") == nil)
        #expect(try bench.version("b.") == 9)
        try bench.zone(theirs[1])
        try bench.zone(theirs[2])
        #expect(bench.session.status.position == 0)
        try bench.receive(.fetched(chunk: 1, done: 2))
        try bench.apply()
        #expect(Array(bench.sent.suffix(2)) == [.acknowledge(position: 0, chunk: 1), .adopt(position: 7)])
        #expect(try store.position() == StreamPosition(epoch: "f", position: 7))
        #expect(try bench.version("b.") == 4)
        #expect(bench.session.status.isLive)
        try bench.put(ZoneFixture("a.", version: 2), at: 8)
        try bench.apply()
        #expect(bench.sent.last == .acknowledge(position: 8, chunk: nil))
    }

    @Test("Where nothing differs the position is adopted at once")
    func equal() throws {
        var bench = try introduced()
        try receive(try sums(held), &bench)
        try bench.apply()
        #expect(bench.sent.last == .adopt(position: 7))
        #expect(try store.position() == StreamPosition(epoch: "f", position: 7))
    }

    @Test("A sum that was kept wrongly is computed anew")
    func wrongSum() throws {
        _ = try store.apply([.replace(try ZoneFixture.contents(ZoneFixture("x.", generation: 8)))], position: nil)
        try store.recomputeSetHash()
        #expect(try store.verifySetHash())
        #expect(try store.manifestBuckets().setHash == store.setHash())
    }

    @Test(
        "Lines that do not belong into a reconciliation, or contradict it, end the connection",
        arguments: [
            "+OK manifest epoch=f at=7 zones=3", "+OK resume epoch=e from=10 head=10", "BUCKET 00 zones=0 set=\(zeros)",
            "M zone=zz. gen=1 ver=1", "M zone=relative gen=1 ver=1 hash=\(zeros)", "LISTED zones=1", "LISTED zones=0",
            "FETCHED 2 done=0", "FETCHED 1 done=1", "PUT 8 zone=a. gen=1 ver=2 serial=2 hash=\(zeros) lines=1",
            "SKIP 8 9", "CKPT 7 zones=3 set=\(zeros)", "CHUNK 1 after=1", "END at=7", "DEL 8 zone=a. gen=1 ver=2",
            "-410 the epoch changed", "!NEW thing",
        ]
    )
    func wrongLines(line: String) throws {
        var bench = try introduced()
        try receive(try sums([ZoneFixture("a.", version: 2)]), &bench)
        try bench.apply()
        #expect(throws: ProtocolError.self) { try bench.receive(line) }
        #expect(try store.setHash() == held.reduce(Hash256.zero) { try $0 &+ ZoneDigest.setMember($1.summary) })
    }

    private static let zeros = String(repeating: "0", count: 64)

    @Test("Sums out of order, too few, or that contradict the number of zones end the connection")
    func wrongSums() throws {
        var lines = try sums(held)
        lines.swapAt(4, 5)
        var bench = try introduced()
        #expect(throws: ProtocolError.self) { try receive(lines, &bench) }
        bench = try introduced()
        lines = try sums(held)
        lines[0] = ServerMessage.manifest(epoch: "f", position: 7, zones: 4).line
        #expect(throws: ProtocolError.self) { try receive(lines, &bench) }
        bench = try introduced()
        #expect(throws: ProtocolError.self) {
            try receive(Array(try sums(held).dropLast()) + ["LISTED zones=0"], &bench)
        }
        bench = try introduced()
        #expect(throws: ProtocolError.self) { try receive(try sums([]), &bench) }
        #expect(try store.count() == 3)
    }

    @Test("An origin without a manifest, or whose offer was not asked for, cannot begin a reconciliation")
    func notAsked() throws {
        var bench = try SessionBench(store)
        try bench.introduce()
        #expect(throws: ProtocolError.self) { try receive(try sums(held), &bench) }
        bench = try SessionBench(store)
        try bench.introduce()
        #expect(throws: ProtocolError.self) {
            try bench.receive("+OK snapshot epoch=e at=5 zones=3 after=2")
        }
    }

    @Test("Zones of a snapshot come in the order of their chunks, or the connection ends")
    func snapshotOrder() throws {
        let begin = "+OK snapshot epoch=f at=4 zones=2"
        var bench = try SessionBench(store)
        try bench.introduce()
        try bench.receive(begin)
        try bench.zone(ZoneFixture("x.", generation: 5))
        #expect(throws: ProtocolError.self) { try bench.receive(.chunk(number: 1, after: 4)) }
        bench = try SessionBench(store)
        try bench.introduce()
        try bench.receive(begin)
        try bench.zone(ZoneFixture("x.", generation: 5))
        try bench.receive(.chunk(number: 1, after: 5))
        #expect(throws: ProtocolError.self) { try bench.zone(ZoneFixture("y.", generation: 5)) }
    }

    @Test("A zone of a snapshot that has to be asked for holds the position back, and the chunk")
    func heldBack() throws {
        var bad = ZoneFixture("x.", generation: 5)
        bad.falseHash = .zero
        var bench = try SessionBench(store)
        try bench.introduce()
        try bench.receive("+OK snapshot epoch=f at=4 zones=2")
        try bench.zone(ZoneFixture("w.", generation: 4))
        try bench.receive(.chunk(number: 1, after: 4))
        try bench.apply()
        #expect(try store.position()?.snapshot == StreamPosition.Snapshot(position: 4, after: 4))
        try bench.zone(bad)
        try bench.receive(.chunk(number: 2, after: 5))
        try bench.receive(.snapshotEnd(position: 4))
        try bench.apply()
        #expect(bench.sent.contains(.want(zone: "x.")))
        #expect(
            try store.position()
                == StreamPosition(epoch: "f", position: 0, snapshot: StreamPosition.Snapshot(position: 4, after: 4))
        )
        try bench.put(ZoneFixture("v.", generation: 6), at: 5)
        try bench.zone(ZoneFixture("x.", generation: 5))
        try bench.apply()
        #expect(try store.position() == StreamPosition(epoch: "f", position: 5))
        #expect(try bench.version("x.") == 1)
        #expect(try store.count() == 3)
    }

    @Test("Reconciliations with mutated, missing and exchanged lines never trap, and never empty the replica")
    func fuzz() throws {
        var generator = SeededGenerator(seed: 33)
        let theirs = [held[0], ZoneFixture("b.", generation: 2, version: 4), ZoneFixture("d.", generation: 4)]
        let answers = try theirs.map { ServerMessage.member(try $0.entryOfManifest).line } + ["LISTED zones=3"]
        let zones = try theirs.flatMap { [ServerMessage.zone(try $0.header, lines: 2).line] + $0.lines + ["."] }
        for _ in 0..<150 {
            let other = try TemporaryFolder()
            let store = try other.store()
            _ = try SessionBench.live(held, at: 10, in: store)
            var bench = try SessionBench(store)
            var lines = ["ZSP/1 ready node=o epoch=f head=7 floor=0 caps=manifest", "+OK hello node=test"]
            lines += try sums(theirs) + answers + zones + ["FETCHED 1 done=2", "SKIP 8 9"]
            // Most of the damage where the lines differ from one another.
            let target = Int.random(in: Bool.random(using: &generator) ? 0..<4 : 255..<lines.count, using: &generator)
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: lines.remove(at: target)
            case 1: lines.swapAt(target, (target + 1) % lines.count)
            default:
                var octets = Array(lines[target].utf8)
                octets[Int.random(in: 0..<octets.count, using: &generator)] = .random(
                    in: 0x20...0x7E,
                    using: &generator
                )
                lines[target] = String(decoding: octets, as: UTF8.self)
            }
            for line in lines {
                do {
                    try bench.receive(line)
                    try bench.apply()
                } catch is ProtocolError {
                    break
                }
            }
            #expect(try store.count() >= 1)
            #expect(try store.verifySetHash())
        }
    }
}
