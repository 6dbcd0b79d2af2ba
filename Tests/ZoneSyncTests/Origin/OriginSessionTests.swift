// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing
import ZoneStore
import ZoneSync

@Suite
struct OriginSessionTests {
    /// A session whose consumer introduced itself and asked to follow.
    private func following(epoch: String = "e", from: UInt64 = 0, window: Int = 65_536) throws -> OriginSession {
        var session = OriginSession(now: .zero)
        #expect(session.nextStep(head: 0) == .wait)
        _ = try receive("HELLO node=ams1", &session)
        #expect(session.nextStep(head: 0) == .admit(OriginNode(name: "ams1", role: "responder", software: "")))
        session.accept()
        _ = try receive("FOLLOW epoch=\(epoch) from=\(from) window=\(window)", &session)
        #expect(session.nextStep(head: 0) == .start)
        return session
    }

    private func live(from: UInt64, window: Int = 65_536) throws -> OriginSession {
        var session = try following(from: from, window: window)
        #expect(session.begin(at: OriginHead(epoch: "e", head: 100, floor: 1)) == .resume(from: from))
        return session
    }

    private func receive(
        _ line: String,
        _ session: inout OriginSession,
        now: Duration = .zero
    ) throws -> OriginSession.Report? {
        try session.receive(Array(line.utf8), now: now)
    }

    @Test(
        "Who can resume does, everyone else gets a snapshot",
        arguments: [
            ("e", 50, OriginSession.Beginning.resume(from: 50)), ("e", 20, .resume(from: 20)), ("e", 19, .snapshot),
            ("e", 0, .snapshot), ("old", 50, .snapshot), ("-", 0, .snapshot), ("e", 200, .resume(from: 200)),
        ] as [(String, UInt64, OriginSession.Beginning)]
    )
    func beginnings(epoch: String, from: UInt64, expected: OriginSession.Beginning) throws {
        var session = try following(epoch: epoch, from: from)
        #expect(session.begin(at: OriginHead(epoch: "e", head: 100, floor: 20)) == expected)
    }

    private static let run = "00000000-0000-4000-8000-000000000001"

    private func countLine(_ sequence: Int) -> String { "COUNT \(sequence) run=\(Self.run) day=1 counts=7:1" }

    @Test("Counts are said to be kept once they are, before zones and entries, and a window of them may be open")
    func counts() throws {
        var session = try live(from: 10)
        for sequence in 1...CountReport.window {
            let report = CountReport(
                run: Self.run,
                sequence: UInt64(sequence),
                day: 1,
                counts: [.init(zone: 7, queries: 1)]
            )
            #expect(try receive(countLine(sequence), &session) == .counted(report))
        }
        #expect(session.nextStep(head: 10) == .wait)
        #expect(throws: ProtocolError.self) { try receive(countLine(CountReport.window + 1), &session) }
        let mark = CountMark(run: Self.run, sequence: 3)
        session.recorded(mark)
        #expect(session.nextStep(head: 12) == .sendCounted(mark))
        #expect(session.nextStep(head: 12) == .sendEntries(after: 10))
        for sequence in 1...3 { _ = try receive(countLine(CountReport.window + sequence), &session) }
        #expect(throws: ProtocolError.self) { try receive(countLine(CountReport.window + 4), &session) }
    }

    @Test("Counts before the stream has begun end the connection")
    func earlyCounts() throws {
        var session = try following()
        #expect(throws: ProtocolError.self) { try receive(countLine(1), &session) }
    }

    @Test("Entries are sent up to the head, and no further than the credit goes")
    func credit() throws {
        var session = try live(from: 10)
        #expect(session.nextStep(head: 10) == .wait)
        #expect(session.nextStep(head: 12) == .sendEntries(after: 10))
        session.sentEntry(upTo: 11, octets: 65_000, now: .zero)
        #expect(session.nextStep(head: 12) == .sendEntries(after: 11))
        session.sentEntry(upTo: 12, octets: 1_000, now: .zero)
        #expect(session.nextStep(head: 99) == .wait)
        #expect(try receive("ACK 11", &session) == .acknowledged(11))
        #expect(session.outstanding == 1_000)
        #expect(session.nextStep(head: 99) == .sendEntries(after: 12))
    }

    @Test("A consumer ahead of this origin waits until the origin is as far")
    func ahead() throws {
        var session = try live(from: 200)
        #expect(session.nextStep(head: 100) == .wait)
        #expect(session.nextStep(head: 201) == .sendEntries(after: 200))
    }

    @Test("An acknowledgement of what was never sent ends the connection")
    func impossibleAcknowledgement() throws {
        var session = try live(from: 10)
        session.sentEntry(upTo: 12, octets: 10, now: .zero)
        #expect(throws: ProtocolError.self) { try receive("ACK 13", &session) }
        #expect(throws: ProtocolError.self) { try receive("ACK 12 chunk=1", &session) }
        #expect(try receive("ACK 12", &session) == .acknowledged(12))
        // Once more, or an older one: nothing to report.
        #expect(try receive("ACK 12", &session) == nil)
        #expect(try receive("ACK 3", &session) == nil)
    }

    @Test("A snapshot's chunks take credit and give it back")
    func chunks() throws {
        var session = try following()
        #expect(session.begin(at: OriginHead(epoch: "e", head: 9, floor: 0)) == .snapshot)
        #expect(session.nextStep(head: 9) == .wait)
        session.sentChunk(1, octets: 40_000, now: .zero)
        session.sentChunk(2, octets: 40_000, now: .zero)
        #expect(!session.hasCredit)
        #expect(try receive("ACK 0 chunk=1", &session) == nil)
        #expect(session.hasCredit)
        session.endSnapshot(OriginSnapshot(epoch: "e", position: 9, zones: 2))
        #expect(try receive("ACK 9 chunk=2", &session) == .acknowledged(9))
        #expect(session.outstanding == 0)
        #expect(session.nextStep(head: 10) == .sendEntries(after: 9))
    }

    @Test("Zones asked for are sent before entries, each once, and not without bound")
    func wants() throws {
        var session = try live(from: 10)
        _ = try receive("WANT zone=a.", &session)
        _ = try receive("WANT zone=a.", &session)
        _ = try receive("WANT zone=b.", &session)
        #expect(session.nextStep(head: 50) == .sendZone("a."))
        #expect(session.nextStep(head: 50) == .sendZone("b."))
        #expect(session.nextStep(head: 50) == .sendEntries(after: 10))
        for number in 0..<ProtocolLimits.wants { _ = try receive("WANT zone=z\(number).", &session) }
        #expect(throws: ProtocolError.self) { try receive("WANT zone=one-more.", &session) }
    }

    @Test("A refusal is reported and does not stop the stream")
    func refusal() throws {
        var session = try live(from: 10)
        #expect(
            try receive("NAK 9 422 zone=bad.example. line 3: bad", &session)
                == .refused(
                    position: 9,
                    zone: "bad.example.",
                    ProtocolError(.invalidZone, "line 3: bad")
                )
        )
        #expect(session.nextStep(head: 11) == .sendEntries(after: 10))
    }

    @Test("Without progress for a minute while data is pending the consumer is let go; idle ones stay")
    func stall() throws {
        var session = try live(from: 10)
        for second in 1...300 {
            _ = try receive("PONG 1", &session, now: .seconds(second))
            try session.check(now: .seconds(second))
        }
        session.sentEntry(upTo: 11, octets: 100, now: .seconds(300))
        session.sentEntry(upTo: 12, octets: 100, now: .seconds(310))
        _ = try receive("ACK 11", &session, now: .seconds(340))
        _ = try receive("PONG 1", &session, now: .seconds(399))
        try session.check(now: .seconds(399))
        _ = try receive("PONG 1", &session, now: .seconds(401))
        #expect(throws: ProtocolError.self) { try session.check(now: .seconds(401)) }
    }

    @Test("A consumer that says nothing is let go")
    func silence() throws {
        let session = OriginSession(now: .seconds(5))
        try session.check(now: .seconds(35))
        #expect(throws: ProtocolError.self) { try session.check(now: .seconds(36)) }
    }

    @Test(
        "Lines at the wrong time end the connection",
        arguments: ["FOLLOW epoch=e from=0", "ACK 1", "NAK 1 422 zone=a. x", "WANT zone=a.", "PONG 1"]
    )
    func wrongTime(line: String) {
        var session = OriginSession(now: .zero)
        #expect(throws: ProtocolError.self) { try receive(line, &session) }
    }

    @Test("A second HELLO or FOLLOW ends the connection")
    func twice() throws {
        var session = try live(from: 10)
        #expect(throws: ProtocolError.self) { try receive("HELLO node=other", &session) }
        #expect(throws: ProtocolError.self) { try receive("FOLLOW epoch=e from=1", &session) }
    }

    @Test("QUIT and an error line say that the consumer goes")
    func goodbye() throws {
        var session = try live(from: 10)
        #expect(try receive("QUIT", &session) == .ended(nil))
        #expect(try receive("-409 a gap", &session) == .ended(ProtocolError(.conflict, "a gap")))
    }
}
