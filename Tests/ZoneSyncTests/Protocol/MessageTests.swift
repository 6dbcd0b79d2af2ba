// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing
import ZoneStore
import ZoneSync

@Suite
struct MessageTests {
    static let hash = Hash256(bytes: Array(0..<32 as Range<UInt8>)) ?? .zero
    static let hex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    static let run = "0fc3b2a1-0000-4abc-8def-0123456789ab"
    static let header = ZoneHeader(zone: "example.com.", generation: 7, version: 3, serial: 42, hash: hash)

    /// Each message and the line that `Docs/protocol.md` gives it.
    static let server: [(ServerMessage, String)] = [
        (
            .greeting(node: "glue-a", head: OriginHead(epoch: "e:1:0", head: 9, floor: 2), capabilities: ["diff"]),
            "ZSP/1 ready node=glue-a epoch=e:1:0 head=9 floor=2 caps=diff"
        ),
        (.helloAccepted(node: "ams1"), "+OK hello node=ams1"),
        (.resume(epoch: "e:1:0", from: 5, head: 9), "+OK resume epoch=e:1:0 from=5 head=9"),
        (
            .snapshot(OriginSnapshot(epoch: "e:1:0", position: 9, zones: 4)),
            "+OK snapshot epoch=e:1:0 at=9 zones=4"
        ),
        (
            .snapshot(OriginSnapshot(epoch: "e:1:0", position: 9, zones: 4, after: 7)),
            "+OK snapshot epoch=e:1:0 at=9 zones=4 after=7"
        ),
        (.manifest(epoch: "e:1:0", position: 9, zones: 4), "+OK manifest epoch=e:1:0 at=9 zones=4"),
        (.bucket(0x1F, ManifestBucket(zones: 4, setHash: hash)), "BUCKET 1f zones=4 set=\(hex)"),
        (
            .member(ManifestEntry(zone: "example.com.", generation: 7, version: 3, hash: hash)),
            "M zone=example.com. gen=7 ver=3 hash=\(hex)"
        ),
        (.listed(zones: 4), "LISTED zones=4"),
        (.fetched(chunk: 2, done: 500), "FETCHED 2 done=500"),
        (.zone(header, lines: 2), "ZONE zone=example.com. gen=7 ver=3 serial=42 hash=\(hex) lines=2"),
        (.gone(zone: "example.com."), "GONE zone=example.com."),
        (.chunk(number: 1, after: 7), "CHUNK 1 after=7"),
        (.snapshotEnd(position: 9), "END at=9"),
        (
            .put(position: 10, header, lines: 2, lane: 1),
            "PUT 10 zone=example.com. gen=7 ver=3 serial=42 hash=\(hex) lines=2 lane=1"
        ),
        (
            .diff(position: 11, header, base: 2, removed: 1, added: 3, lane: 0),
            "DIFF 11 zone=example.com. gen=7 ver=3 serial=42 hash=\(hex) base=2 del=1 add=3 lane=0"
        ),
        (
            .delete(position: 12, zone: "example.com.", generation: 7, version: 4),
            "DEL 12 zone=example.com. gen=7 ver=4"
        ),
        (.skip(first: 13, last: 17), "SKIP 13 17"),
        (
            .checkpoint(OriginCheckpoint(position: 17, zones: 3, setHash: hash)),
            "CKPT 17 zones=3 set=\(hex)"
        ),
        (.counted(CountMark(run: run, sequence: 7)), "COUNTED 7 run=\(run)"),
        (.ping(time: 1_234, head: 17), "PING 1234 head=17"),
        (
            .failure(ProtocolError(.draining, "the origin is going down", retryMilliseconds: 1_000)),
            "-503 retry=1000 the origin is going down"
        ),
        (.failure(ProtocolError(.gone, "the epoch changed")), "-410 the epoch changed"),
    ]

    static let client: [(ClientMessage, String)] = [
        (
            .hello(OriginNode(name: "ams1", role: "responder", software: "zonewright/1.0")),
            "HELLO node=ams1 role=responder software=zonewright/1.0"
        ),
        (
            .follow(FollowRequest(epoch: "e:1:0", from: 5, window: 4_194_304)),
            "FOLLOW epoch=e:1:0 from=5 window=4194304"
        ),
        (
            .follow(FollowRequest(epoch: "e:1:0", from: 5, window: 65_536, zones: 4, mends: true)),
            "FOLLOW epoch=e:1:0 from=5 window=65536 zones=4 mend=1"
        ),
        (
            .follow(
                FollowRequest(
                    epoch: "e:1:0",
                    from: 0,
                    window: 65_536,
                    zones: 4,
                    snapshot: FollowRequest.SnapshotMark(position: 9, after: 7)
                )
            ),
            "FOLLOW epoch=e:1:0 from=0 window=65536 zones=4 snap=9 after=7"
        ),
        (.manifest(buckets: [0, 0x1F, 0xFF]), "MANIFEST 00,1f,ff"),
        (.fetch(generations: [42, 41, 1 << 62]), "FETCH gens=42,41,4611686018427387904"),
        (.adopt(position: 9), "ADOPT 9"),
        (.acknowledge(position: 17, chunk: nil), "ACK 17"),
        (.acknowledge(position: 0, chunk: 3), "ACK 0 chunk=3"),
        (
            .refuse(position: 9, zone: "bad.example.", ProtocolError(.invalidZone, "line 3: bad TTL")),
            "NAK 9 422 zone=bad.example. line 3: bad TTL"
        ),
        (.want(zone: "example.com."), "WANT zone=example.com."),
        (
            .count(
                CountReport(
                    run: run,
                    sequence: 7,
                    day: 20_780,
                    counts: [.init(zone: 41, queries: 9), .init(zone: 42, queries: CountReport.maximumQueries)]
                )
            ),
            "COUNT 7 run=\(run) day=20780 counts=41:9,42:1099511627776"
        ),
        (.pong(time: 1_234), "PONG 1234"),
        (.quit, "QUIT"),
        (.failure(ProtocolError(.conflict, "a gap after position 3")), "-409 a gap after position 3"),
    ]

    @Test("The origin's messages have the documented lines, and are read back", arguments: server)
    func serverLines(message: ServerMessage, line: String) throws {
        #expect(message.line == line)
        #expect(try ServerMessage.parse(Array(line.utf8)) == message)
    }

    @Test("The follower's messages have the documented lines, and are read back", arguments: client)
    func clientLines(message: ClientMessage, line: String) throws {
        #expect(message.line == line)
        #expect(try ClientMessage.parse(Array(line.utf8)) == message)
    }

    @Test("Keys that are not known are ignored, and so are verbs, unless they must be understood")
    func unknown() throws {
        let line = "PING 5 new=thing head=6 other=one"
        #expect(try ServerMessage.parse(Array(line.utf8)) == .ping(time: 5, head: 6))
        #expect(try ServerMessage.parse(Array("HINT a=b".utf8)) == nil)
        #expect(try ClientMessage.parse(Array("STAT qps=5".utf8)) == nil)
        #expect(throws: ProtocolError.self) { try ServerMessage.parse(Array("!RESET now".utf8)) }
        #expect(throws: ProtocolError.self) { try ClientMessage.parse(Array("!RESET now".utf8)) }
    }

    @Test(
        "Malformed lines are refused",
        arguments: [
            "", " PING 5 head=6", "PING  5 head=6", "PING 5 head=6 ", "PING 5", "PING x head=6", "PING -5 head=6",
            "PING +5 head=6", "PING 99999999999999999999 head=6", "PING 5 head=6 head=7", "PING 5 head=",
            "SKIP 5 4", "SKIP 5", "DEL 5 zone=a. gen=1", "PUT 5 zone=a. gen=1 ver=1 serial=1 hash=00 lines=1",
            "PUT 5 zone=a. gen=1 ver=1 serial=4294967296 hash=\(hex) lines=1", "ZSP/2 ready", "ZSP/1 busy",
            "+OK perhaps", "-x bad", "BUCKET 1 zones=1 set=\(hex)", "BUCKET 1g zones=1 set=\(hex)",
            "BUCKET zones=1 set=\(hex)",
            "M zone=a. gen=1 ver=1", "M zone=a. gen=1 ver=1 hash=00", "LISTED 4", "FETCHED 1", "FETCHED done=4",
            "+OK manifest epoch=e at=1", "+OK snapshot epoch=e at=1 zones=1 after=x", "PING\t5 head=6",
            "PING 5 head=\u{e9}", "CKPT 1 zones=-1 set=\(hex)",
        ]
    )
    func malformed(line: String) {
        #expect(throws: ProtocolError.self) { try ServerMessage.parse(Array(line.utf8)) }
    }

    @Test(
        "Malformed requests are refused",
        arguments: [
            "MANIFEST", "MANIFEST 0", "MANIFEST 00,00", "MANIFEST 01,00", "MANIFEST 00,", "MANIFEST +1", "MANIFEST gg",
            "FETCH", "FETCH gens=", "FETCH gens=1,,2", "FETCH gens=1,", "FETCH gens=-1",
            "FETCH gens=99999999999999999999",
            "ADOPT", "ADOPT x", "FOLLOW epoch=e from=1 zones=x", "FOLLOW epoch=e from=0 snap=5",
            "FOLLOW epoch=e from=0 snap=5 after=", "FOLLOW from=0", "WANT", "ACK", "NAK 5 zone=a.",
        ]
    )
    func malformedRequest(line: String) {
        #expect(throws: ProtocolError.self) { try ClientMessage.parse(Array(line.utf8)) }
    }

    @Test(
        "A node name that could not stand in a line or a report is refused",
        arguments: ["", "a=b", "a/b", "a\n", String(repeating: "x", count: 64), "é"]
    )
    func badNodeName(name: String) {
        #expect(!OriginNode.isValid(name: name))
        #expect(throws: ProtocolError.self) { try ClientMessage.parse(Array("HELLO node=\(name)".utf8)) }
    }

    @Test("Text for people cannot break the line it stands in")
    func freeText() throws {
        let error = ProtocolError(.invalidZone, "a\nb  c=d \u{1F600} e")
        let line = ClientMessage.refuse(position: 1, zone: "a.", error).line
        #expect(line.utf8.allSatisfy { 0x20...0x7E ~= $0 })
        guard case .refuse(1, "a.", let read)? = try ClientMessage.parse(Array(line.utf8)) else {
            Issue.record("not read back: \(line)")
            return
        }
        #expect(read.code == .invalidZone)
    }

    @Test("A text that is empty, or all spaces, leaves no space at the end of its line", arguments: ["", "  "])
    func emptyText(text: String) throws {
        let error = ProtocolError(.conflict, text)
        let refusal = ClientMessage.refuse(position: 1, zone: "a.", error).line
        #expect(refusal == "NAK 1 409 zone=a.")
        #expect(try ClientMessage.parse(Array(refusal.utf8))?.line == refusal)
        #expect(error.line == "-409")
        #expect(try ServerMessage.parse(Array(error.line.utf8)) == .failure(ProtocolError(.conflict, "")))
    }

    @Test("Mutated lines are read or refused, never a trap")
    func mutations() {
        var generator = SeededGenerator(seed: 7)
        let lines = Self.server.map(\.1) + Self.client.map(\.1)
        for _ in 0..<20_000 {
            var octets = Array((lines.randomElement(using: &generator) ?? "").utf8)
            for _ in 0...Int.random(in: 0..<4, using: &generator) {
                let index = Int.random(in: 0...octets.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: octets.insert(UInt8.random(in: 0...255, using: &generator), at: index)
                case 1 where index < octets.count: octets.remove(at: index)
                case 2 where index < octets.count: octets[index] = UInt8.random(in: 0x20...0x7E, using: &generator)
                default: octets.insert(contentsOf: "999999999999999999999 ".utf8, at: index)
                }
            }
            if let message = try? ServerMessage.parse(octets) {
                #expect((try? ServerMessage.parse(Array(message.line.utf8))) != nil)
            }
            _ = try? ClientMessage.parse(octets)
        }
    }
}
