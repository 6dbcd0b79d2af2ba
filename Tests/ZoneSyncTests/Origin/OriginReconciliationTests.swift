// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing
import ZoneStore
import ZoneSync

/// How an origin's session begins, and what it allows while a follower reconciles.
@Suite
struct OriginReconciliationTests {
    private static let head = OriginHead(epoch: "e", head: 100, floor: 20)

    private func asked(_ line: String) throws -> OriginSession {
        var session = OriginSession(now: .zero)
        _ = try receive("HELLO node=ams1", &session)
        session.accept()
        _ = try receive(line, &session)
        return session
    }

    @discardableResult
    private func receive(_ line: String, _ session: inout OriginSession) throws -> OriginSession.Report? {
        try session.receive(Array(line.utf8), now: .zero)
    }

    private func reconciling() throws -> OriginSession {
        var session = try asked("FOLLOW epoch=old from=50 zones=9")
        #expect(session.begin(at: Self.head, .init(servesManifest: true)) == .manifest)
        session.sentManifest(OriginManifest(epoch: "e", position: 100, buckets: ManifestBuckets()))
        return session
    }

    @Test(
        "What a follower gets depends on what it holds and how far it is behind",
        arguments: [
            ("epoch=e from=95", .resume(from: 95)), ("epoch=e from=95 zones=9", .resume(from: 95)),
            // Further behind than is replayed, to one that can do better and to one that cannot.
            ("epoch=e from=50 zones=9", .manifest), ("epoch=e from=50", .resume(from: 50)),
            ("epoch=e from=50 zones=0", .resume(from: 50)),
            // Below the floor, of another epoch, or with nothing to go by.
            ("epoch=e from=19 zones=9", .manifest), ("epoch=e from=19", .snapshot),
            ("epoch=old from=95 zones=9", .manifest), ("epoch=old from=95", .snapshot),
            ("epoch=e from=0 zones=9", .manifest), ("epoch=- from=0 zones=0", .snapshot),
            // To be mended, unless this origin knows less than the follower.
            ("epoch=e from=95 zones=9 mend=1", .manifest), ("epoch=e from=200 zones=9 mend=1", .resume(from: 200)),
            ("epoch=e from=200 zones=9", .resume(from: 200)),
            // A snapshot that was cut off goes on where the entries behind it are kept.
            ("epoch=e from=0 zones=9 snap=95 after=7", .restOfSnapshot(.init(position: 95, after: 7))),
            ("epoch=e from=0 snap=95 after=7", .restOfSnapshot(.init(position: 95, after: 7))),
            ("epoch=e from=0 zones=9 snap=19 after=7", .manifest), ("epoch=e from=0 snap=19 after=7", .snapshot),
            ("epoch=e from=0 zones=9 snap=101 after=7", .manifest),
            ("epoch=old from=0 zones=9 snap=95 after=7", .manifest),
            ("epoch=old from=0 snap=95 after=7", .snapshot), ("epoch=e from=0 snap=50 after=7", .snapshot),
        ] as [(String, OriginSession.Beginning)]
    )
    func beginnings(line: String, expected: OriginSession.Beginning) throws {
        var session = try asked("FOLLOW \(line)")
        #expect(session.begin(at: Self.head, .init(servesManifest: true, maximumReplay: 40)) == expected)
    }

    @Test(
        "An origin without a manifest goes on as ever",
        arguments: [
            ("epoch=e from=50 zones=9", .resume(from: 50)), ("epoch=e from=19 zones=9", .snapshot),
            ("epoch=e from=95 zones=9 mend=1", .resume(from: 95)), ("epoch=old from=95 zones=9", .snapshot),
        ] as [(String, OriginSession.Beginning)]
    )
    func withoutManifest(line: String, expected: OriginSession.Beginning) throws {
        var session = try asked("FOLLOW \(line)")
        #expect(session.begin(at: Self.head, .init(maximumReplay: 40)) == expected)
    }

    @Test("A follower that holds next to nothing gets a snapshot after all, unless it asked to be mended")
    func littleHeld() throws {
        for (line, expected) in [("zones=9", false), ("zones=100", true), ("zones=9 mend=1", true)] {
            var session = try asked("FOLLOW epoch=old from=50 \(line)")
            #expect(session.begin(at: Self.head, .init(servesManifest: true)) == .manifest)
            #expect(session.prefersManifest(over: 800) == expected)
        }
    }

    @Test(
        "Zones are sent before the next listing is begun, and entries only when the follower has adopted the position"
    )
    func order() throws {
        var session = try reconciling()
        #expect(session.nextStep(head: 120) == .wait)
        try receive("MANIFEST 00,1f", &session)
        #expect(session.nextStep(head: 120) == .listBuckets([0, 0x1F]))
        #expect(session.nextStep(head: 120) == .wait)
        try receive("FETCH gens=7,5", &session)
        try receive("MANIFEST 20", &session)
        try receive("FETCH gens=9", &session)
        try receive("WANT zone=a.", &session)
        #expect(session.nextStep(head: 120) == .sendZone("a."))
        #expect(session.nextStep(head: 120) == .sendZones([7, 5, 9]))
        #expect(session.nextFetched(1) == (1, 1))
        #expect(session.nextFetched(2) == (2, 3))
        session.sentChunk(2, octets: 1_000, now: .zero)
        #expect(session.outstanding == 1_000)
        #expect(try receive("ACK 0 chunk=2", &session) == nil)
        #expect(session.outstanding == 0)
        #expect(session.nextStep(head: 120) == .listBuckets([0x20]))
        #expect(session.nextStep(head: 120) == .wait)
        #expect(try receive("NAK 100 422 zone=b. no SOA", &session) != nil)
        #expect(try receive("ADOPT 100", &session) == .acknowledged(100))
        #expect(session.isLive && session.epoch == "e")
        #expect(session.nextStep(head: 120) == .sendEntries(after: 100))
    }

    @Test(
        "Lines that do not belong into a reconciliation end the connection",
        arguments: [
            ["ADOPT 99"], ["ADOPT 101"], ["ACK 100"], ["ACK 1"], ["ACK 0 chunk=1"], ["MANIFEST 00", "MANIFEST 01"],
            Array(repeating: "FETCH gens=" + Array(repeating: "7", count: 256).joined(separator: ","), count: 17),
            ["FOLLOW epoch=e from=0"], ["HELLO node=a"], ["ADOPT 100", "ADOPT 100"], ["ADOPT 100", "MANIFEST 00"],
            ["ADOPT 100", "FETCH gens=7"],
        ]
    )
    func brokenRules(lines: [String]) throws {
        var session = try reconciling()
        for line in lines.dropLast() { try receive(line, &session) }
        #expect(throws: ProtocolError.self) { try receive(lines[lines.count - 1], &session) }
    }

    @Test(
        "Nobody reconciles who was not told to",
        arguments: ["MANIFEST 00", "FETCH gens=7", "ADOPT 50"]
    )
    func notReconciling(line: String) throws {
        var session = try asked("FOLLOW epoch=e from=50")
        _ = session.begin(at: Self.head)
        #expect(throws: ProtocolError.self) { try receive(line, &session) }
        var early = try asked("FOLLOW epoch=old from=50")
        #expect(throws: ProtocolError.self) { try receive(line, &early) }
    }
}
