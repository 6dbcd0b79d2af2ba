// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOCore
import Synchronization
import Testing
import ZoneStore
import ZoneSync

@Suite(.timeLimit(.minutes(5)))
struct OriginServerTests {
    @Test(
        "A consumer that breaks the rules is told why and let go",
        arguments: [
            (["FOLLOW epoch=e from=0"], "-400"),
            (["HELLO node=a/b"], "-401"),
            (["HELLO node=a role=king"], "-403"),
            (["HELLO node=a", "HELLO node=a"], "-400"),
            (["HELLO node=a", "FOLLOW epoch=one from=x"], "-400"),
            (["HELLO node=a", "FOLLOW epoch=one from=1", "ACK 99"], "-409"),
            (["HELLO node=a", String(repeating: "x", count: 5_000)], "-413"),
            (["!NEW thing"], "-505"),
        ]
    )
    func brokenRules(lines: [String], code: String) async throws {
        let source = MemorySource()
        try source.publish(ZoneFixture("a.example."))
        try await withOrigin(source) { _, upstream in
            let received = try await conversation(upstream, lines)
            #expect(received.first?.hasPrefix("ZSP/1 ready node=glue-test epoch=one head=1 floor=0") == true)
            #expect(received.last?.hasPrefix(code) == true)
        }
    }

    @Test("A consumer written from the document alone is served")
    func byHand() async throws {
        let source = MemorySource()
        try source.publish(ZoneFixture("a.example."))
        try source.publish(ZoneFixture("b.example.", generation: 2))
        try await withOrigin(source) { _, upstream in
            try await withRawClient(upstream) { stream, outbound in
                var inbound = stream.makeAsyncIterator()
                try await outbound.write(ByteBuffer(string: "HELLO node=a\n"))
                var text = ""
                while !text.contains("+OK hello"), let octets = try await inbound.next() {
                    text += String(buffer: octets)
                }
                try await outbound.write(ByteBuffer(string: "FOLLOW epoch=one from=1 window=65536\n"))
                while !text.contains("\n.\n"), let octets = try await inbound.next() { text += String(buffer: octets) }
                #expect(text.contains("+OK resume epoch=one from=1 head=2\nPUT 2 zone=b.example. gen=2 ver=1 serial=1"))
                try await outbound.write(ByteBuffer(string: "ACK 2\nQUIT\n"))
                while try await inbound.next() != nil {}
            }
            try await eventually { source.events.last == .disconnected }
            #expect(source.events.contains(.acknowledged(epoch: "one", position: 2)))
        }
    }

    @Test("A consumer that acknowledges nothing is sent no more than its window, and holds nobody up")
    func stalledConsumer() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let source = MemorySource()
        let zones: UInt64 = 3_000
        for number in 1...zones { try source.publish(ZoneFixture("zone-\(number).example.", generation: number)) }
        try await withOrigin(source) { server, upstream in
            try await withRawClient(upstream) { stream, outbound in
                try await outbound.write(ByteBuffer(string: "HELLO node=stalled\n"))
                let read = OctetCount()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        // Reads everything, acknowledges nothing.
                        var inbound = stream.makeAsyncIterator()
                        var greeting = ""
                        // A FOLLOW before the HELLO is accepted would be refused, and the connection with it.
                        while !greeting.contains("+OK hello"), let octets = try await inbound.next() {
                            greeting += String(buffer: octets)
                        }
                        try await outbound.write(ByteBuffer(string: "FOLLOW epoch=- from=0 window=65536\n"))
                        while let octets = try await inbound.next() { read.add(octets.readableBytes) }
                    }
                    try await eventually { read.value > 65_536 }
                    let before = source.state.withLock { $0.zoneReads }
                    try await withFollower(store, [upstream]) { client in
                        try await eventually { client.status.position == zones }
                        try source.publish(ZoneFixture("late.example.", generation: zones + 1))
                        server.wake()
                        try await eventually { client.status.position == zones + 1 }
                    }
                    // All zones were read for the good consumer, and hardly any more for the stalled one.
                    let after = source.state.withLock { $0.zoneReads }
                    #expect(after - before < Int(zones) + 200)
                    #expect(read.value < 65_536 + 65_536 / 4 + 16_384)
                    group.cancelAll()
                }
            }
        }
        #expect(try store.setHash() == source.setHash)
    }

    @Test("A newer connection takes a node's name over")
    func sameName() async throws {
        let source = MemorySource()
        try source.publish(ZoneFixture("a.example."))
        try await withOrigin(source) { server, upstream in
            try await withRawClient(upstream) { stream, outbound in
                var inbound = stream.makeAsyncIterator()
                try await outbound.write(ByteBuffer(string: "HELLO node=twin\n"))
                var text = ""
                while !text.contains("+OK hello"), let octets = try await inbound.next() {
                    text += String(buffer: octets)
                }
                let second = Task { try await conversation(upstream, ["HELLO node=twin"]) }
                while let octets = try await inbound.next() { text += String(buffer: octets) }
                #expect(text.contains("\n-409 "))
                server.drain()
                #expect(try await second.value.last?.hasPrefix("-503") == true)
            }
        }
    }

    @Test("A follower survives origins that send garbage, and follows the next one")
    func garbageOrigin() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let source = MemorySource()
        try source.publish(ZoneFixture("a.example."))
        for garbage in ["HTTP/1.1 400 Bad Request\r\n\r\n", "ZSP/2 ready\n", String(repeating: "x", count: 10_000)] {
            try await withGarbageServer(garbage) { bad in
                try await withOrigin(source) { _, upstream in
                    try await withFollower(store, [bad, upstream], node: "survivor") { client in
                        try await eventually { client.status.isLive && client.status.position == 1 }
                        #expect(client.status.failures >= 1)
                    }
                }
            }
        }
    }
}
