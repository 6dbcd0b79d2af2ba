// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import ResponderEngine
import Testing

@Suite struct PacketCacheTests {
    /// A responder that is asked again and again, as one thread of a server is.
    final class Asker {
        private var responder: Responder
        private var buffer = [UInt8](repeating: 0, count: 1232)

        init(_ fixture: ResponderFixture, cacheOctets: Int = 1 << 20) throws {
            var configuration = ResponderConfiguration()
            configuration.cacheOctets = cacheOctets
            responder = try Responder(store: fixture.store, configuration: configuration)
        }

        var hits: Int { responder.counters[.cacheHits] }

        func ask(_ query: [UInt8]) -> [UInt8] {
            responder.beginBatch()
            defer { responder.endBatch() }
            let length = unsafe query.withUnsafeBytes { query in
                unsafe buffer.withUnsafeMutableBytes { unsafe responder.respond(to: query, into: $0, transport: .udp4) }
            }
            return Array(buffer[..<length])
        }
    }

    let fixture: ResponderFixture

    init() throws {
        fixture = try .example()
    }

    func query(_ name: String, _ type: RRType = .a, id: UInt16 = 1, edns: EDNS? = nil) throws -> [UInt8] {
        let question = Question(name: try Name(text: name), type: type)
        return try Message(header: MessageHeader(id: id), questions: [question], edns: edns).encoded()
    }

    @Test("an answer is kept when it is asked for the second time, and told from those to other names and types")
    func hits() throws {
        let asker = try Asker(fixture)
        let asked = [
            try query("web.example.com."), try query("web.example.com.", .txt), try query("www.example.com."),
            try query("nothing.example.com."), try query("host.sub.example.com."),
            try query("web.example.com.", edns: EDNS(payloadSize: 1232)),
            try query("web.example.com.", edns: EDNS(payloadSize: 700)),
        ]
        let first = asked.map { asker.ask($0) }
        #expect(asker.hits == 0)
        #expect(asked.map { asker.ask($0) } == first)
        #expect(asker.hits == 0)
        #expect(asked.map { asker.ask($0) } == first)
        #expect(asker.hits == asked.count)
        #expect(Set(first).count == asked.count - 1, "only the payload size differs in two of them")
    }

    @Test("a kept answer has the id, the case and the RD bit of the query that it is given to")
    func ownOctets() throws {
        let asker = try Asker(fixture)
        for _ in 0..<2 { _ = asker.ask(try query("mail.example.com.")) }
        var other = try query("mAiL.eXample.COM.", id: 0xBEEF)
        other[2] |= 1
        let answer = asker.ask(other)
        #expect(asker.hits == 1)
        #expect(Array(answer[..<2]) == [0xBE, 0xEF])
        #expect(answer[2] & 1 == 1)
        #expect(Array(answer[12..<(other.count)]) == Array(other[12...]))
        let plain = asker.ask(try query("mail.example.com."))
        #expect(plain[2] & 1 == 0)
    }

    @Test("names asked once, however many, do not push out those asked again")
    func randomNames() throws {
        let asker = try Asker(fixture, cacheOctets: 256 << 10)
        let known = try (0..<20).map { try query("h\($0).wild.example.com.") }
        for _ in 0..<2 { for query in known { _ = asker.ask(query) } }
        for number in 0..<5000 { _ = asker.ask(try query("r\(number).wild.example.com.")) }
        let before = asker.hits
        for query in known { _ = asker.ask(query) }
        // Some of the others look as if they had been met before, by chance; they cannot be most.
        #expect(asker.hits - before > 10)
    }

    @Test("a full cache goes on answering right, and keeps what is new")
    func overflow() throws {
        let asker = try Asker(fixture, cacheOctets: 256 << 10)
        for round in 0..<3 {
            for number in 0..<2000 {
                let name = "n\(number)-\(round).wild.example.com."
                for _ in 0..<3 {
                    let message = try Message(wire: asker.ask(try query(name)))
                    #expect(message.answers.map(\.rdata) == [[192, 0, 2, 90]])
                    #expect(message.questions.first?.name == (try Name(text: name)))
                }
            }
        }
        #expect(asker.hits > 5000)
    }

    @Test("without memory nothing is kept")
    func none() throws {
        let asker = try Asker(fixture, cacheOctets: 0)
        for _ in 0..<5 { _ = asker.ask(try query("web.example.com.")) }
        #expect(asker.hits == 0)
    }
}
