// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing
import ZoneStore
import ZoneSync

@Suite
struct FollowerSessionTests {
    let folder: TemporaryFolder
    let store: ZoneStore

    init() throws {
        folder = try TemporaryFolder()
        store = try folder.store()
    }

    private func bench(_ zones: [ZoneFixture], at position: UInt64 = 10) throws -> SessionBench {
        try SessionBench.live(zones, at: position, in: store)
    }

    @Test("An empty replica asks for everything and acknowledges the snapshot's position")
    func firstSnapshot() throws {
        var bench = try SessionBench(store)
        try bench.introduce()
        try bench.snapshot([ZoneFixture("a."), ZoneFixture("b.")], at: 10)
        #expect(
            bench.sent == [
                .hello(OriginNode(name: "test", role: "responder", software: "")),
                .follow(FollowRequest(epoch: "-", from: 0, window: ProtocolLimits.defaultWindow)),
                .acknowledge(position: 0, chunk: 1), .acknowledge(position: 10, chunk: 1),
            ]
        )
        #expect(try store.position() == StreamPosition(epoch: "e", position: 10))
        #expect(bench.session.status.zones == 2)
    }

    @Test("A replica with a position resumes there")
    func resume() throws {
        _ = try bench([ZoneFixture("a.")])
        var again = try SessionBench(store)
        try again.introduce()
        #expect(again.sent.last == .follow(FollowRequest(epoch: "e", from: 10, window: ProtocolLimits.defaultWindow)))
        try again.receive(.resume(epoch: "e", from: 10, head: 12))
        try again.put(ZoneFixture("b.", generation: 2), at: 11)
        try again.apply()
        #expect(again.sent.last == .acknowledge(position: 11, chunk: nil))
        #expect(again.session.status.lag == 1)
    }

    @Test(
        "Counts go to an origin that takes them, once the stream has begun, and to no other",
        arguments: [true, false]
    )
    func counts(takes: Bool) throws {
        let run = "00000000-0000-4000-8000-000000000001"
        var bench = try SessionBench(store)
        try bench.receive("ZSP/1 ready node=o epoch=e head=1 floor=0 caps=diff,new\(takes ? ",count" : "")")
        try bench.receive(.helloAccepted(node: "test"))
        #expect(!bench.session.mayCount)
        try bench.snapshot([ZoneFixture("a.")], at: 10)
        #expect(bench.session.mayCount == takes)
        let mark = CountMark(run: run, sequence: 1)
        guard takes else {
            #expect(throws: ProtocolError.self) { try bench.receive(.counted(mark)) }
            return
        }
        let report = CountReport(run: run, sequence: 1, day: 1, counts: [.init(zone: 7, queries: 1)])
        bench.session.count(report)
        #expect(bench.session.takeOutgoing() == [.count(report)])
        try bench.receive(.counted(mark))
        #expect(bench.session.takeCounted() == [mark])
        #expect(bench.session.takeCounted().isEmpty)
    }

    @Test("What has arrived is applied in one batch and acknowledged once, after it is durable")
    func oneBatch() throws {
        var bench = try bench([ZoneFixture("a.")])
        for number in 11...20 as ClosedRange<UInt64> {
            try bench.put(ZoneFixture("z\(number).", generation: number), at: number)
        }
        #expect(bench.sent.isEmpty)
        #expect(try bench.apply() == 1)
        #expect(bench.sent == [.acknowledge(position: 20, chunk: nil)])
        #expect(try store.position()?.position == 20)
    }

    @Test("A body that is still coming in is neither acknowledged nor made durable, however the batches fall")
    func openBody() throws {
        var bench = try bench([ZoneFixture("a.")])
        try bench.put(ZoneFixture("b.", generation: 2), at: 11)
        let open = ZoneFixture("c.", generation: 3)
        try bench.receive(ServerMessage.put(position: 12, open.header, lines: open.lines.count, lane: 0).line)
        #expect(try bench.apply() == 1)
        #expect(bench.sent == [.acknowledge(position: 11, chunk: nil)])
        #expect(try store.position()?.position == 11)
        for line in open.lines { try bench.receive(line) }
        #expect(try bench.apply() == 0)
        try bench.receive(".")
        try bench.apply()
        #expect(bench.sent.last == .acknowledge(position: 12, chunk: nil))
        #expect(try bench.version("c.") == open.version)
    }

    @Test("Entries that were seen before change nothing and are not acknowledged again")
    func duplicates() throws {
        var bench = try bench([ZoneFixture("a.")])
        let second = ZoneFixture("a.", version: 2)
        try bench.put(second, at: 11)
        try bench.apply()
        try bench.put(ZoneFixture("a.", version: 9), at: 11)
        try bench.put(ZoneFixture("a.", version: 1), at: 3)
        try bench.receive(.delete(position: 7, zone: "a.", generation: 1, version: 99))
        #expect(try bench.apply() == 0)
        #expect(bench.sent == [.acknowledge(position: 11, chunk: nil)])
        #expect(try bench.version("a.") == 2)
    }

    @Test("A version that is not newer is acknowledged and does nothing")
    func oldVersion() throws {
        var bench = try bench([ZoneFixture("a.", version: 5, hosts: [("www", "192.0.2.1")])])
        try bench.put(ZoneFixture("a.", version: 4), at: 11)
        try bench.apply()
        #expect(bench.sent == [.acknowledge(position: 11, chunk: nil)])
        #expect(try bench.version("a.") == 5)
    }

    @Test("A gap in the positions ends the connection, and nothing of the message is applied")
    func gap() throws {
        var bench = try bench([ZoneFixture("a.")])
        #expect(throws: ProtocolError.self) { try bench.put(ZoneFixture("b.", generation: 2), at: 12) }
        #expect(throws: ProtocolError.self) { try bench.receive(.skip(first: 13, last: 14)) }
        #expect(try bench.apply() == 0)
        #expect(try store.count() == 1)
    }

    @Test("Skipped positions are made durable and acknowledged")
    func skip() throws {
        var bench = try bench([ZoneFixture("a.")])
        try bench.receive(.skip(first: 11, last: 40))
        try bench.apply()
        #expect(bench.sent == [.acknowledge(position: 40, chunk: nil)])
        #expect(try store.position()?.position == 40)
    }

    @Test("A difference takes a zone from one version to the next")
    func difference() throws {
        let first = ZoneFixture("a.", hosts: [("www", "192.0.2.1"), ("old", "192.0.2.2")])
        let second = ZoneFixture("a.", version: 2, hosts: [("www", "192.0.2.9"), ("new", "192.0.2.3")])
        var bench = try bench([first])
        try bench.diff(second, after: first, at: 11)
        try bench.apply()
        #expect(bench.sent == [.acknowledge(position: 11, chunk: nil)])
        #expect(try store.zone(named: Name(text: "a."))?.hash == second.hash)
    }

    @Test("A base that is not held: the zone is asked for, and its position waits for it")
    func baseMismatch() throws {
        let first = ZoneFixture("a.")
        let third = ZoneFixture("a.", version: 3, hosts: [("www", "192.0.2.3")])
        let fourth = ZoneFixture("a.", version: 4, hosts: [("www", "192.0.2.4")])
        var bench = try bench([first])
        try bench.diff(third, after: ZoneFixture("a.", version: 2), at: 11)
        try bench.put(ZoneFixture("b.", generation: 2), at: 12)
        try bench.apply()
        #expect(bench.sent == [.want(zone: "a.")])
        #expect(try store.position()?.position == 10)
        #expect(try bench.version("b.") == 1)
        // The next difference does not fit either: one question is enough.
        try bench.diff(fourth, after: third, at: 13)
        try bench.apply()
        #expect(bench.sent == [.want(zone: "a.")])
        try bench.zone(fourth)
        try bench.apply()
        #expect(bench.sent == [.want(zone: "a."), .acknowledge(position: 13, chunk: nil)])
        #expect(try bench.version("a.") == 4)
    }

    @Test("A refusal names the newest position of the zone, so that an entry before it does not pass for its mending")
    func refusalNamesNewest() throws {
        let first = ZoneFixture("a.")
        let third = ZoneFixture("a.", version: 3, hosts: [("www", "192.0.2.3")])
        var bad = ZoneFixture("a.", version: 4, hosts: [("www", "192.0.2.4")])
        var bench = try bench([first])
        try bench.diff(third, after: ZoneFixture("a.", version: 2), at: 11)
        try bench.diff(bad, after: third, at: 12)
        try bench.apply()
        bad.falseHash = Hash256(bytes: Array(repeating: 7, count: 32))
        for _ in 1...3 {
            try bench.zone(bad)
            try bench.apply()
        }
        guard case .refuse(12, "a.", _)? = bench.sent.dropLast().last else {
            Issue.record("no NAK of position 12: \(bench.sent)")
            return
        }
        #expect(bench.sent.last == .acknowledge(position: 12, chunk: nil))
    }

    @Test("A zone asked for that is gone at the origin holds nothing back")
    func gone() throws {
        var bench = try bench([ZoneFixture("a.")])
        try bench.diff(ZoneFixture("a.", version: 3), after: ZoneFixture("a.", version: 2), at: 11)
        try bench.apply()
        try bench.receive(.gone(zone: "a."))
        try bench.receive(.delete(position: 12, zone: "a.", generation: 1, version: 4))
        try bench.apply()
        #expect(bench.sent == [.want(zone: "a."), .acknowledge(position: 12, chunk: nil)])
        #expect(try store.count() == 0)
    }

    @Test("A hash that never fits: asked for three times, then left in its old state while the rest goes on")
    func hashMismatch() throws {
        var bad = ZoneFixture("a.", version: 2, hosts: [("www", "192.0.2.1")])
        bad.falseHash = Hash256(bytes: Array(repeating: 7, count: 32))
        var bench = try bench([ZoneFixture("a.")])
        try bench.put(bad, at: 11)
        try bench.apply()
        for _ in 1...3 {
            try bench.zone(bad)
            try bench.apply()
        }
        #expect(bench.sent.count { $0 == .want(zone: "a.") } == 3)
        guard case .refuse(11, "a.", let error)? = bench.sent.dropLast().last else {
            Issue.record("no NAK: \(bench.sent)")
            return
        }
        #expect(error.code == .hashMismatch)
        #expect(bench.sent.last == .acknowledge(position: 11, chunk: nil))
        #expect(try bench.version("a.") == 1)
        #expect(bench.session.status.quarantined.keys.sorted() == ["a."])
        // A later good version releases it.
        try bench.put(ZoneFixture("a.", version: 3), at: 12)
        try bench.apply()
        #expect(bench.session.status.quarantined.isEmpty)
        #expect(try bench.version("a.") == 3)
    }

    @Test(
        "A poison zone is refused by itself, and everything after it flows",
        arguments: [
            "www.a. 300 IN A 192.0.2.999", "www.a. 300 CH A 192.0.2.1", "outside. 300 IN A 192.0.2.1",
            "nonsense", "www.a. 99999999999 IN A 192.0.2.1", "www.a. 300 IN ANY \\# 0",
        ]
    )
    func poison(line: String) throws {
        var zone = ZoneFixture("a.", version: 2)
        let header = try zone.header
        zone.lines.append(line)
        var bench = try bench([ZoneFixture("a.")])
        try bench.receive(.put(position: 11, header, lines: zone.lines.count, lane: 0), zone.lines)
        try bench.put(ZoneFixture("b.", generation: 2), at: 12)
        try bench.apply()
        guard case .refuse(11, "a.", let error)? = bench.sent.first else {
            Issue.record("no NAK: \(bench.sent)")
            return
        }
        #expect(error.code == .invalidZone)
        #expect(bench.sent.last == .acknowledge(position: 12, chunk: nil))
        #expect(try bench.version("a.") == 1)
        #expect(try bench.version("b.") == 1)
    }

    @Test("A zone without SOA never replaces one that is served")
    func emptyZone() throws {
        var bench = try bench([ZoneFixture("a.")])
        let header = ZoneHeader(zone: "a.", generation: 1, version: 2, serial: 2, hash: .zero)
        try bench.receive(.put(position: 11, header, lines: 0, lane: 0), [])
        try bench.apply()
        #expect(bench.sent.count == 2)
        #expect(bench.sent.last == .acknowledge(position: 11, chunk: nil))
        #expect(try bench.version("a.") == 1)
    }

    @Test("A body line beyond the limit refuses the zone and keeps the connection")
    func oversizedLine() throws {
        var bench = try bench([ZoneFixture("a.")])
        #expect(bench.session.lineLimit == ProtocolLimits.controlLine)
        let zone = ZoneFixture("a.", version: 2)
        try bench.receive(ServerMessage.put(position: 11, zone.header, lines: 1, lane: 0).line)
        #expect(bench.session.lineLimit == ProtocolLimits.bodyLine)
        try bench.session.receive(.oversized)
        try bench.receive(".")
        try bench.apply()
        guard case .refuse(11, "a.", let error)? = bench.sent.first else {
            Issue.record("no NAK: \(bench.sent)")
            return
        }
        #expect(error.code == .tooLong)
        #expect(throws: ProtocolError.self) { try bench.session.receive(.oversized) }
    }

    @Test("A body that the origin gives up on has no effect")
    func abandonedBody() throws {
        var bench = try bench([ZoneFixture("a.")])
        let zone = ZoneFixture("a.", version: 2)
        try bench.receive(ServerMessage.put(position: 11, zone.header, lines: 2, lane: 0).line)
        try bench.receive(zone.lines[0])
        #expect(throws: ProtocolError.self) { try bench.receive("..") }
        #expect(try bench.version("a.") == 1)
        #expect(try store.position()?.position == 10)
    }

    @Test("A zone made again wins over any version of the old one, and a late deletion of the old one is ignored")
    func recreation() throws {
        var bench = try bench([ZoneFixture("a.", generation: 5, version: 900)])
        try bench.put(ZoneFixture("a.", generation: 6, version: 1), at: 11)
        try bench.receive(.delete(position: 12, zone: "a.", generation: 5, version: 901))
        try bench.apply()
        #expect(bench.sent == [.acknowledge(position: 12, chunk: nil)])
        #expect(try store.zone(named: Name(text: "a."))?.generation == 6)
    }
}
