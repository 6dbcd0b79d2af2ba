// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import ResponderEngine
import Testing
import ZoneTransfer

@testable import ResponderNet

/// Signed queries and IXFR over UDP.
@Suite struct TransferDatagramTests {
    private func respond(
        _ fixture: TransferFixture,
        _ message: [UInt8],
        limit: Int = 1_232,
        answer: @escaping ([UInt8], Int) -> [UInt8] = { _, _ in [] }
    ) -> [UInt8] {
        fixture.service.respond(message, TransferFixture.client, .udp4, limit: limit, answer)
    }

    /// What a signed message brings, checked and without the signature.
    private func signed(
        _ fixture: TransferFixture,
        _ message: [UInt8],
        limit: Int = 1_232,
        answer: @escaping ([UInt8], Int) -> [UInt8] = { _, _ in [] }
    ) throws -> Message {
        var client = TSIGClient(key: try TransferFixture.key())
        var request = message
        client.sign(&request, now: TransferFixture.now)
        let response = respond(fixture, request, limit: limit, answer: answer)
        #expect(response.count <= limit)
        return try Message(wire: client.verify(response, now: TransferFixture.now))
    }

    private func query(_ type: RRType = .soa, opcode: Opcode = .query) throws -> [UInt8] {
        var query = Message.query(id: 9, Question(name: try Name(text: "example."), type: type))
        query.header.opcode = opcode
        return try query.encoded()
    }

    @Test("A signed query is answered by the engine without its signature, and the answer is signed")
    func signedQuery() throws {
        let fixture = try TransferFixture()
        let query = try query()
        var asked: [UInt8] = []
        var room = 0
        let response = try signed(fixture, query) { unsigned, limit in
            asked = unsigned
            room = limit
            var answer = unsigned
            answer[2] |= 0x84
            return answer
        }
        #expect(asked == query)
        #expect(room == 1_232 - (5 + 10 + 13 + 16 + 32))
        #expect(response.header.bits == 0x8400)
    }

    @Test("A signed NOTIFY is passed on as well")
    func signedNotify() throws {
        let fixture = try TransferFixture()
        let response = try signed(fixture, query(opcode: .notify)) { unsigned, _ in
            var answer = unsigned
            answer[2] |= 0x80
            answer[3] = 5
            return answer
        }
        #expect(response.rcode == .refused)
        #expect(response.header.opcode == .notify)
    }

    @Test("Where the signature leaves no room, the answer is truncated")
    func truncated() throws {
        let fixture = try TransferFixture()
        let response = try signed(fixture, query(), limit: 370) { _, _ in
            Issue.record("asked")
            return []
        }
        #expect(response.header.isTruncated)
        #expect(response.questions.count == 1)
    }

    @Test("Bad signatures never reach the engine")
    func badSignatures() throws {
        let fixture = try TransferFixture()
        for key in [try TransferFixture.key(name: "unknown."), try TransferFixture.key(secret: [UInt8](0..<8))] {
            var client = TSIGClient(key: key)
            var request = try query()
            client.sign(&request, now: TransferFixture.now)
            let response = respond(fixture, request) { _, _ in
                Issue.record("asked")
                return []
            }
            #expect(try Message(wire: SignedMessage(response).query).rcode == .notAuthoritative)
        }
    }

    @Test("Differences that fit come in one datagram, larger ones as the SOA alone")
    func differences() throws {
        let fixture = try TransferFixture()
        try fixture.put(["www.example. 60 IN A 192.0.2.1"])
        for number in 2...40 { try fixture.change(to: "192.0.2.\(number)") }
        let small = try signed(fixture, TransferFixture.request(since: 38))
        #expect(small.answers.count == 10)
        let large = try signed(fixture, TransferFixture.request(since: 1))
        #expect(large.answers.map(\.line) == [TransferFixture.soa(40)])
        #expect(!large.header.isTruncated)
        let tight = try signed(fixture, TransferFixture.request(since: 38), limit: 300)
        #expect(tight.answers.map(\.line) == [TransferFixture.soa(40)])
        let current = try signed(fixture, TransferFixture.request(since: 40))
        #expect(current.answers.map(\.line) == [TransferFixture.soa(40)])
        let unknown = try signed(fixture, TransferFixture.request(since: 0xFFFF_0000))
        #expect(unknown.answers.map(\.line) == [TransferFixture.soa(40)])
    }

    @Test("A whole zone is not sent in a datagram, and nothing to strangers")
    func refused() throws {
        let fixture = try TransferFixture()
        try fixture.put(["www.example. 60 IN A 192.0.2.1"])
        #expect(try signed(fixture, TransferFixture.request()).rcode == .refused)
        let unsigned = try Message(wire: respond(fixture, TransferFixture.request(since: 1)))
        #expect(unsigned.rcode == .refused)
        #expect(unsigned.answers.isEmpty)
        #expect(try signed(fixture, TransferFixture.request("other.", since: 1)).rcode == .notAuthoritative)
    }

    @Test("The engine's handler answers into the room it is given, and no further")
    func handler() throws {
        let fixture = try TransferFixture()
        var client = TSIGClient(key: try TransferFixture.key())
        var request = try query()
        client.sign(&request, now: TransferFixture.now)
        var room = [UInt8](repeating: 0xEE, count: 600)
        let handler = unsafe fixture.service.signedQueryHandler
        let length = unsafe request.withUnsafeBytes { query in
            unsafe room.withUnsafeMutableBytes { room in
                let part = unsafe UnsafeMutableRawBufferPointer(rebasing: room[..<512])
                return unsafe handler(query, TransferFixture.client, .udp4, part) { query, room in
                    unsafe room.copyBytes(from: query)
                    unsafe room[2] |= 0x80
                    return query.count
                }
            }
        }
        #expect(length > 30)
        #expect(room[512...].allSatisfy { $0 == 0xEE })
        let plain = try client.verify(Array(room[..<length]), now: TransferFixture.now)
        #expect(try Message(wire: plain).header.isResponse)
    }
}
