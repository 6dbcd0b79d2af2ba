// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Glibc
import TestSupport
import Testing

@Suite("The fault proxy")
struct FaultProxyTests {
    /// Runs `body` with a proxy in front of a server that sends back what it gets.
    private func withProxy(
        _ unit: FaultUnit = .segment,
        seed: UInt64 = 1,
        _ body: (FaultProxy) async throws -> Void
    ) async throws {
        let server = try await EchoServer.start()
        let proxy = try await FaultProxy.start(target: ("127.0.0.1", server.port), unit: unit, seed: seed)
        try await body(proxy)
        await proxy.stop()
        await server.stop()
    }

    @Test("octets pass both ways unchanged, in order and counted; the end passes too")
    func passes() async throws {
        try await withProxy { proxy in
            let client = try StreamSocket(port: proxy.port)
            let octets = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
            let sender = Thread { try? client.send(octets) }
            sender.start()
            #expect(try client.receive(octets.count) == octets)
            client.endSending()
            #expect(try client.receiveAll() == Array("end".utf8))
            let count = octets.count
            #expect(proxy.counts == FaultProxy.Counts(connections: 1, toServer: count, toClient: count + 3))
        }
    }

    @Test("a delay is at least what was asked for, with jitter nothing overtakes")
    func delays() async throws {
        try await withProxy { proxy in
            let client = try StreamSocket(port: proxy.port)
            proxy.change {
                $0.toServer.delay = .milliseconds(100)
                $0.toClient.delay = .milliseconds(50)
                $0.toClient.jitter = .milliseconds(20)
            }
            let start = ContinuousClock.now
            for number in 0..<20 { try client.send(Array("\(number % 10)".utf8)) }
            #expect(try client.receive(20) == Array("01234567890123456789".utf8))
            #expect(ContinuousClock.now - start >= .milliseconds(130))
        }
    }

    @Test("a throttled direction is no faster than its rate")
    func throttles() async throws {
        try await withProxy { proxy in
            let client = try StreamSocket(port: proxy.port)
            proxy.change { $0.toServer.octetsPerSecond = 100_000 }
            let start = ContinuousClock.now
            try client.send([UInt8](repeating: 65, count: 40_000))
            #expect(try client.receive(40_000).count == 40_000)
            #expect(ContinuousClock.now - start >= .milliseconds(390))
        }
    }

    @Test(
        "nothing passes a black hole, and what was sent meanwhile comes when it is gone",
        arguments: [
            FaultRules.Direction.toServer, .toClient,
        ]
    )
    func blackhole(_ direction: FaultRules.Direction) async throws {
        try await withProxy { proxy in
            let client = try StreamSocket(port: proxy.port)
            try client.send(Array("a".utf8))
            #expect(try client.receive(1) == Array("a".utf8))
            proxy.change { $0[direction].isBlackholed = true }
            try client.send(Array("b".utf8))
            #expect(client.isSilent(for: .milliseconds(200)))
            proxy.change { $0[direction].isBlackholed = false }
            #expect(try client.receive(1) == Array("b".utf8))
        }
    }

    @Test("a connection made in a black hole hears nothing until it is gone")
    func blackholeFromTheStart() async throws {
        try await withProxy { proxy in
            proxy.change { $0.both { $0.isBlackholed = true } }
            let client = try StreamSocket(port: proxy.port)
            try client.send(Array("a".utf8))
            #expect(client.isSilent(for: .milliseconds(200)))
            proxy.change { $0 = FaultRules() }
            #expect(try client.receive(1) == Array("a".utf8))
        }
    }

    @Test("reset, refusal, half close and truncation end connections as they say")
    func ends() async throws {
        try await withProxy { proxy in
            let first = try StreamSocket(port: proxy.port)
            try first.send(Array("a".utf8))
            #expect(try first.receive(1) == Array("a".utf8))
            proxy.resetConnections()
            #expect(first.isResetByPeer)

            let second = try StreamSocket(port: proxy.port)
            try second.send(Array("a".utf8))
            #expect(try second.receive(1) == Array("a".utf8))
            proxy.halfClose(.toServer)
            #expect(try second.receiveAll() == Array("end".utf8))

            proxy.change { $0.toClient.truncation = 5 }
            let third = try StreamSocket(port: proxy.port)
            try third.send(Array("abcdefgh".utf8))
            #expect(try third.receiveAll() == Array("abcde".utf8))

            proxy.change { $0.refusesConnections = true }
            let fourth = try StreamSocket(port: proxy.port)
            #expect(fourth.isResetByPeer)
        }
    }

    @Test("corruption flips bits as likely as asked, the same ones for the same seed")
    func corrupts() async throws {
        var seen: [[UInt8]] = []
        for _ in 0..<2 {
            try await withProxy(seed: 7) { proxy in
                proxy.change { $0.toServer.corruption = 0.01 }
                let client = try StreamSocket(port: proxy.port)
                // One segment at a time, so that the generator is used in the same order.
                var octets: [UInt8] = []
                for _ in 0..<20 {
                    try client.send([UInt8](repeating: 0, count: 1_000))
                    octets += try client.receive(1_000)
                }
                seen.append(octets)
            }
        }
        let flipped = seen[0].filter { $0 != 0 }
        #expect((100...320).contains(flipped.count), "\(flipped.count) of 20,000")
        #expect(flipped.allSatisfy { $0.nonzeroBitCount == 1 })
        #expect(seen[0] == seen[1])
    }

    @Test("lines are duplicated, swapped, left out, replaced and preceded, however they are cut into segments")
    func lines() async throws {
        try await withProxy(.line) { proxy in
            let client = try StreamSocket(port: proxy.port)
            func strike(_ prefix: String, _ action: FaultStrike.Action) {
                proxy.strike(FaultStrike(.toServer, prefix: prefix, action))
            }
            strike("two", .duplicate)
            strike("three", .swap)
            strike("five", .drop)
            strike("six", .replace(Array("6\n".utf8)))
            strike("seven", .precede(Array("before\n".utf8)))
            strike("eight", .substitute("gh", "GH"))
            let text = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\ntwo\n"
            for octet in text.utf8 { try client.send([octet]) }
            let expected = "one\ntwo\ntwo\nfour\nthree\n6\nbefore\nseven\neiGHt\ntwo\n"
            #expect(try String(decoding: client.receive(expected.utf8.count), as: UTF8.self) == expected)
            #expect(proxy.struck == 6)
            proxy.strike(FaultStrike(.toClient, prefix: "nine", .cut))
            try client.send(Array("nine-nine\n".utf8))
            #expect(try String(decoding: client.receiveAll(), as: UTF8.self) == "nine-")
        }
    }

    @Test("a message of the stream stays together with its body")
    func messages() async throws {
        try await withProxy(.message) { proxy in
            let client = try StreamSocket(port: proxy.port)
            proxy.strike(FaultStrike(.toServer, prefix: "PUT 1 ", .duplicate))
            proxy.strike(FaultStrike(.toServer, prefix: "DIFF 2 ", .swap))
            try client.send(Array("PUT 1 x\n.a\n.\nDIFF 2 y\n+b\n..\nSKIP 3 3\nDIFF 4".utf8))
            let expected = "PUT 1 x\n.a\n.\nPUT 1 x\n.a\n.\nSKIP 3 3\nDIFF 2 y\n+b\n..\n"
            #expect(try String(decoding: client.receive(expected.utf8.count), as: UTF8.self) == expected)
            client.endSending()
            #expect(try String(decoding: client.receiveAll(), as: UTF8.self) == "DIFF 4end")
        }
    }

    @Test("random duplication, reordering and loss of lines lose and repeat as likely as asked")
    func chance() async throws {
        try await withProxy(.line, seed: 3) { proxy in
            proxy.change {
                $0.toServer.duplication = 0.1
                $0.toServer.reordering = 0.1
                $0.toServer.loss = 0.1
            }
            let client = try StreamSocket(port: proxy.port)
            try client.send(Array((0..<1_000).map { "\($0)\n" }.joined().utf8))
            client.endSending()
            let text = String(decoding: try client.receiveAll(), as: UTF8.self)
            let numbers = text.split(separator: "\n").compactMap { Int($0) }
            let different = Set(numbers)
            #expect((820...960).contains(different.count), "\(different.count)")
            #expect((40...170).contains(numbers.count - different.count), "\(numbers.count - different.count)")
            #expect(zip(numbers, numbers.dropFirst()).contains { $0 > $1 })
        }
    }

    @Test("commands in words do what the rules do")
    func commands() async throws {
        try await withProxy { proxy in
            #expect(proxy.carryOut("delay 50 10 in") == nil)
            #expect(proxy.carryOut("rate 64000 out") == nil)
            #expect(proxy.carryOut("corrupt 0.5") == nil)
            #expect(proxy.carryOut("blackhole both") == nil)
            var rules = FaultRules()
            rules.toServer.delay = .milliseconds(50)
            rules.toServer.jitter = .milliseconds(10)
            rules.toClient.octetsPerSecond = 64_000
            rules.both {
                $0.corruption = 0.5
                $0.isBlackholed = true
            }
            #expect(proxy.rules == rules)
            #expect(proxy.carryOut("clear") == nil)
            #expect(proxy.rules == FaultRules())
            #expect(proxy.carryOut("delay x") != nil)
            #expect(proxy.carryOut("explode") != nil)
        }
    }
}
