// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization
import Testing

@testable import ZoneSync

/// What a relay tells of the nodes behind it.
@Suite struct RelayOutboxTests {
    /// Whether somebody was told that its counts are kept.
    private final class Kept: Sendable {
        let isSaid = Atomic<Bool>(false)
    }

    private static func node(_ name: String, via: String = "") -> OriginNode {
        var node = OriginNode(name: name, role: "responder", software: "test/1")
        node.via = via
        return node
    }

    private static func report(_ sequence: UInt64, run: Int = 1) -> CountReport {
        CountReport(
            run: "00000000-0000-4000-8000-00000000000\(run)",
            sequence: sequence,
            day: 20_780,
            counts: [.init(zone: 1, queries: sequence)]
        )
    }

    private static func lines(_ messages: [ClientMessage]) -> [String] { messages.map(\.line) }

    @Test("Positions are coalesced, and a new connection hears of everybody again")
    func states() {
        let outbox = RelayOutbox()
        #expect(!outbox.hasNews)
        outbox.take(.connected(epoch: "e", position: 5), from: Self.node("a"))
        outbox.take(.acknowledged(epoch: "e", position: 6), from: Self.node("a"))
        outbox.take(.acknowledged(epoch: "e", position: 9), from: Self.node("a"))
        #expect(outbox.hasNews && outbox.connectedCount == 1)
        let first = outbox.connect()
        let expected = ["NODE name=a role=responder software=test/1 epoch=e pos=9 connected=1"]
        #expect(Self.lines(outbox.take(first, counts: true)) == expected)
        #expect(!outbox.hasNews)
        // Not at once again, and not to a connection that is over.
        outbox.take(.acknowledged(epoch: "e", position: 10), from: Self.node("a"))
        #expect(outbox.take(first, counts: true).isEmpty)
        let second = outbox.connect()
        #expect(outbox.take(first, counts: true).isEmpty)
        outbox.take(.connected(epoch: "e", position: 1), from: Self.node("b", via: "far"))
        #expect(
            Self.lines(outbox.take(second, counts: true)).sorted() == [
                "NODE name=a role=responder software=test/1 epoch=e pos=10 connected=1",
                "NODE name=b role=responder software=test/1 via=far epoch=e pos=1 connected=1",
            ]
        )
        // What a relay tells of a node that has left it, without having noticed, counts for nothing.
        outbox.take(.acknowledged(epoch: "e", position: 0), from: Self.node("b"))
        // One that came back by another way is not ended by the end of the old one.
        outbox.take(.disconnected, from: Self.node("b"))
        #expect(outbox.connectedCount == 2)
        outbox.take(.disconnected, from: Self.node("b", via: "far"))
        #expect(outbox.connectedCount == 1)
        let third = outbox.connect()
        #expect(Self.lines(outbox.take(third, counts: false)).contains { $0.hasSuffix("pos=1 connected=0") })
    }

    @Test("A refusal stands between the beginning of a snapshot and the position after it")
    func refusals() {
        let outbox = RelayOutbox()
        outbox.take(.connected(epoch: "e", position: 3), from: Self.node("a"))
        outbox.take(.refused(position: 3, zone: "old.", code: 422, reason: "before"), from: Self.node("a"))
        outbox.take(.connected(epoch: "e", position: 0), from: Self.node("a"))
        outbox.take(.refused(position: 7, zone: "z.", code: 460, reason: "a = b"), from: Self.node("a"))
        outbox.take(.acknowledged(epoch: "e", position: 8), from: Self.node("a"))
        let expected = [
            "NODE name=a role=responder software=test/1 epoch=e pos=0 connected=1",
            "NODENAK 7 460 name=a zone=z. a : b",
            "NODE name=a role=responder software=test/1 epoch=e pos=8 connected=1",
        ]
        #expect(Self.lines(outbox.take(outbox.connect(), counts: false)) == expected)
        // The origin may not have written it down before the connection broke.
        #expect(Self.lines(outbox.take(outbox.connect(), counts: false)) == Array(expected[1...]))
    }

    @Test("Counts wait for the origin, over as many connections as it takes, and no more than a window is open")
    func counts() async throws {
        let outbox = RelayOutbox()
        let kept = Kept()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await outbox.record((1...20).map { Self.report($0) }, by: Self.node("a"))
                kept.isSaid.store(true, ordering: .relaxed)
            }
            while !outbox.hasNews { await Task.yield() }
            let first = outbox.connect()
            #expect(outbox.take(first, counts: false).isEmpty)
            let sent = outbox.take(first, counts: true)
            #expect(sent.count == 2 * CountReport.window)
            #expect(sent[0].line == "BEHALF node=a")
            #expect(sent[1].line == Self.report(1).line)
            // Another node's, or another run's, acknowledges nothing.
            outbox.acknowledge(CountMark(run: Self.report(1).run, sequence: 20))
            outbox.acknowledge(CountMark(run: Self.report(1, run: 2).run, sequence: 20, node: "a"))
            #expect(outbox.take(first, counts: true).isEmpty)
            outbox.acknowledge(CountMark(run: Self.report(1).run, sequence: 3, node: "a"))
            #expect(outbox.take(first, counts: true).count == 2 * 3)
            // What was not sent on this connection cannot be meant.
            outbox.acknowledge(CountMark(run: Self.report(1).run, sequence: 20, node: "a"))
            let second = outbox.connect()
            #expect(outbox.take(second, counts: true).map(\.line) == ["BEHALF node=a", Self.report(20).line])
            let isEarly = kept.isSaid.load(ordering: .relaxed)
            #expect(!isEarly)
            outbox.acknowledge(CountMark(run: Self.report(1).run, sequence: 20, node: "a"))
            try await group.waitForAll()
        }
        let isSaid = kept.isSaid.load(ordering: .relaxed)
        #expect(isSaid)
        #expect(!outbox.hasNews)
    }

    @Test("Who stops waiting takes its counts along")
    func cancelled() async throws {
        let outbox = RelayOutbox()
        let task = Task { try await outbox.record([Self.report(1)], by: Self.node("a")) }
        while !outbox.hasNews { await Task.yield() }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(!outbox.hasNews)
        #expect(outbox.take(outbox.connect(), counts: true).isEmpty)
    }

    @Test("News become events: what begins, goes on, and ends")
    func events() throws {
        let behind = NodesBehind()
        func take(_ line: String) throws -> (OriginNode, OriginNodeEvent) {
            guard case .node(let news) = try ClientMessage.parse(Array(line.utf8)) else { throw CancellationError() }
            return try behind.take(news, of: "relay-1")
        }
        let first = try take("NODE name=a role=responder epoch=e pos=4 connected=1")
        #expect(first.0.via == "relay-1" && first.1 == .connected(epoch: "e", position: 4))
        #expect(try take("NODE name=a epoch=e pos=6 connected=1").1 == .acknowledged(epoch: "e", position: 6))
        #expect(try take("NODE name=a epoch=e pos=0 connected=1").1 == .connected(epoch: "e", position: 0))
        #expect(try take("NODE name=a epoch=f pos=9 connected=1").1 == .connected(epoch: "f", position: 9))
        let moved = try take("NODE name=a via=relay-2 epoch=f pos=9 connected=1")
        #expect(moved.0.via == "relay-2" && moved.1 == .connected(epoch: "f", position: 9))
        #expect(try take("NODE name=b epoch=f pos=1 connected=1").1 == .connected(epoch: "f", position: 1))
        #expect(try take("NODE name=b epoch=f pos=1 connected=0").1 == .disconnected)
        #expect(behind.takeConnected().map(\.name) == ["a"])
        #expect(behind.takeConnected().isEmpty)
    }

    @Test(
        "Malformed news are refused",
        arguments: [
            "NODE name=a epoch=e pos=4", "NODE epoch=e pos=4 connected=1", "NODE name=a b pos=4 connected=1",
            "NODE name=a/b epoch=e pos=4 connected=1", "NODE name=a role=king epoch=e pos=4 connected=1",
            "NODE name=a via=a/b epoch=e pos=4 connected=1", "NODE name=a epoch=e pos=-1 connected=1",
            "NODENAK x 422 name=a zone=z.", "NODENAK 1 422 zone=z.", "NODENAK 1 422 name=a", "BEHALF node=",
            "BEHALF node=a/b",
        ]
    )
    func malformed(line: String) {
        #expect(throws: ProtocolError.self) { try ClientMessage.parse(Array(line.utf8)) }
    }

    @Test("Only a relay has nodes behind it", arguments: ["NODE name=a epoch=e pos=4 connected=1", "BEHALF node=a"])
    func role(line: String) throws {
        for (role, isRefused) in [("responder", true), ("relay", false)] {
            var session = OriginSession(now: .zero)
            _ = try session.receive(Array("HELLO node=r role=\(role)".utf8), now: .zero)
            _ = session.nextStep(head: 5)
            session.accept()
            _ = try session.receive(Array("FOLLOW epoch=e from=5".utf8), now: .zero)
            _ = session.begin(at: OriginHead(epoch: "e", head: 5, floor: 0))
            let result = Result { () throws(ProtocolError) in try session.receive(Array(line.utf8), now: .zero) }
            if isRefused {
                #expect(throws: ProtocolError.self) { try result.get() }
            } else {
                #expect(throws: Never.self) { try result.get() }
            }
        }
    }

    @Test("A report on behalf of a node is that node's, and the next one is the relay's own")
    func behalf() throws {
        var session = OriginSession(now: .zero)
        _ = try session.receive(Array("HELLO node=r role=relay".utf8), now: .zero)
        _ = session.nextStep(head: 5)
        session.accept()
        _ = try session.receive(Array("FOLLOW epoch=e from=5".utf8), now: .zero)
        _ = session.begin(at: OriginHead(epoch: "e", head: 5, floor: 0))
        var owners: [String?] = []
        for line in ["BEHALF node=a", Self.report(1).line, Self.report(2).line] {
            if case .counted(let report)? = try session.receive(Array(line.utf8), now: .zero) {
                owners.append(report.node)
            }
        }
        #expect(owners == ["a", nil])
        session.recorded(CountMark(run: Self.report(1).run, sequence: 1, node: "a"))
        #expect(session.nextStep(head: 5) == .sendCounted(CountMark(run: Self.report(1).run, sequence: 1, node: "a")))
        let line = ServerMessage.counted(CountMark(run: Self.report(1).run, sequence: 1, node: "a")).line
        #expect(line == "COUNTED 1 run=\(Self.report(1).run) node=a")
        #expect(try ServerMessage.parse(Array(line.utf8))?.line == line)
    }
}
