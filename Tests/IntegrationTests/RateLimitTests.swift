// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import TestSupport
import Testing

/// Response rate limiting of the real responder, against a stream whose sender is forged.
@Suite("Rate limits", .serialized)
struct RateLimitTests {
    private static let zone =
        [
            "flood.test. 300 IN SOA ns.flood.test. host.flood.test. 1 60 60 60 60",
            "flood.test. 300 IN NS ns.flood.test.",
        ]
        + (0..<4).map { "big.flood.test. 300 IN TXT \"\($0)\(String(repeating: "x", count: 240))\"" }
        + (0..<1000).map { "h\($0).flood.test. 300 IN A 192.0.2.\($0 % 256)" }

    private func start(_ options: String...) async throws -> LoneResponder {
        try await LoneResponder.start(origin: "flood.test.", lines: Self.zone, options: options)
    }

    private func question(_ name: String, _ type: RRType, id: UInt16 = 1) throws -> [UInt8] {
        DNSClient.question(try Name(text: name), type, id: id)
    }

    /// Sources in 127.1.`network`.0/24.
    private func sources(_ network: UInt32, _ count: UInt32, _ responder: LoneResponder) throws -> [BoundDatagram] {
        try (1...count).map { try BoundDatagram(source: 0x7F01_0000 | network << 8 | $0, port: responder.port) }
    }

    @Test("a forged stream is amplified by 1.5 at most, and another network keeps its answers", .timeLimit(.minutes(5)))
    func amplification() async throws {
        let responder = try await start("--rrl-exempt", "none")
        let forged = try sources(1, 50, responder)
        let honest = try sources(2, 5, responder)
        let flood = try question("big.flood.test.", .txt)
        var sent = 0
        var received = 0
        var answered = 0
        for round in 0..<1000 {
            for step in 0..<20 {
                forged[(round * 20 + step) % forged.count].send(flood)
                sent += flood.count
            }
            let asked = try question("h\(round).flood.test.", .a, id: UInt16(round))
            let client = honest[round % honest.count]
            client.send(asked)
            if let answer = client.receive(within: 2000), try Message(wire: answer).answers.count == 1 { answered += 1 }
            for source in forged { while let answer = source.receive(within: 0) { received += answer.count } }
        }
        for source in forged { while let answer = source.receive(within: 20) { received += answer.count } }
        #expect(received > 0)
        #expect(Double(received) / Double(sent) <= 1.5, "amplification \(Double(received) / Double(sent))")
        #expect(answered >= 999, "\(answered) of 1000 answers of another network")
        let dropped = try #require(try responder.metric("dns_rate_limited_total{action=\"dropped\"}"))
        let slipped = try #require(try responder.metric("dns_rate_limited_total{action=\"slipped\"}"))
        #expect(dropped > 5000 && slipped > 5000)
        // The network that the stream pretends to come from still gets answers over TCP and with a cookie.
        try expectTCP(responder)
        try expectCookie(responder, forged[0])
        try await responder.stop()
    }

    private func expectTCP(_ responder: LoneResponder) throws {
        let answer = try #require(try DNSClient(port: responder.port).askTCP(question("big.flood.test.", .txt)))
        #expect(try Message(wire: answer).answers.count == 4)
    }

    private func expectCookie(_ responder: LoneResponder, _ client: BoundDatagram) throws {
        func asked(_ cookie: [UInt8]) throws -> [UInt8] {
            let option: [UInt8] = [0, 10, 0, UInt8(cookie.count)] + cookie
            return try question("big.flood.test.", .txt).dropLast() + [UInt8(option.count)] + option
        }
        // Every second response on average tells the cookie, truncated as it is.
        var cookie: [UInt8]?
        for _ in 0..<100 where cookie == nil {
            client.send(try asked([1, 2, 3, 4, 5, 6, 7, 8]))
            guard let answer = client.receive(within: 100) else { continue }
            let message = try Message(wire: answer)
            #expect(message.header.isTruncated && message.answers.isEmpty)
            cookie = message.edns?.option(.cookie)
        }
        let learned = try #require(cookie)
        for _ in 0..<20 {
            client.send(try asked(learned))
            let answer = try #require(client.receive(within: 2000))
            #expect(try Message(wire: answer).answers.count == 4)
        }
    }

    @Test("loopback is not limited unless it is asked for", .timeLimit(.minutes(2)))
    func loopback() async throws {
        let responder = try await start()
        let client = try #require(try sources(1, 1, responder).first)
        for _ in 0..<1000 {
            client.send(try question("big.flood.test.", .txt))
            #expect(client.receive(within: 2000) != nil)
        }
        #expect(try responder.metric("dns_rate_limited_total{action=\"dropped\"}") == 0)
        try await responder.stop()
    }

    @Test("in a trial everything is answered and counted", .timeLimit(.minutes(2)))
    func trial() async throws {
        let responder = try await start("--rrl-exempt", "none", "--rrl-trial", "--rrl-rate", "10")
        let client = try #require(try sources(1, 1, responder).first)
        for _ in 0..<200 {
            client.send(try question("big.flood.test.", .txt))
            let answer = try #require(client.receive(within: 2000))
            #expect(try !Message(wire: answer).header.isTruncated)
        }
        #expect(try #require(try responder.metric("dns_rate_limited_total{action=\"trial\"}")) > 100)
        try await responder.stop()
    }
}
