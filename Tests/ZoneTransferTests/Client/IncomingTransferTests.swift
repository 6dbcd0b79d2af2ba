// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing
import ZoneStore

@testable import ZoneTransfer

/// Zones taken in, from our own messages and from streams that break the rules.
@Suite struct IncomingTransferTests {
    private static func soa(_ serial: UInt32, owner: String = "example.") -> String {
        "\(owner) 3600 IN SOA ns1.example. hostmaster.example. \(serial) 7200 3600 1209600 300"
    }

    private static let rest = ["example. 3600 IN NS ns1.example.", "ns1.example. 60 IN A 192.0.2.1"]

    private func transfer(
        since serial: UInt32? = nil,
        key: TSIGKey? = nil,
        limits: IncomingLimits = IncomingLimits()
    ) throws -> IncomingTransfer {
        let kind = try serial.map { IncomingTransfer.Kind.since(try ResourceRecord(line: Self.soa($0))) } ?? .whole
        return try IncomingTransfer(zone: try Name(text: "example."), kind: kind, id: 7, key: key, limits: limits)
    }

    /// The answer to a request in messages of these records.
    private func messages(_ type: RRType, _ parts: [[String]]) throws -> [[UInt8]] {
        try parts.map { lines in
            let question = Question(name: try Name(text: "example."), type: type)
            var message = Message.query(id: 7, question).response()
            message.header.isAuthoritative = true
            message.answers = try lines.map { try ResourceRecord(line: $0) }
            return try message.encoded()
        }
    }

    private func lines(_ zone: IncomingZone?) -> [String]? {
        if case .whole(let records) = zone { records.map(\.line) } else { nil }
    }

    /// What comes of an answer in these messages; nil when it has no end.
    private func outcome(since serial: UInt32? = nil, _ parts: [[String]]) throws -> IncomingZone? {
        var transfer = try transfer(since: serial)
        _ = try transfer.request(now: 0)
        var zone: IncomingZone?
        for message in try messages(serial == nil ? .axfr : .ixfr, parts) {
            zone = try transfer.receive(message, now: 0)
        }
        return zone
    }

    private func malformed(since serial: UInt32? = nil, _ parts: [[String]]) throws -> Bool {
        do {
            _ = try outcome(since: serial, parts)
            return false
        } catch IncomingFailure.malformed {
            return true
        }
    }

    @Test func `a whole zone is taken however it is cut into messages`() throws {
        let records = [Self.soa(5)] + Self.rest
        #expect(lines(try outcome([records + [Self.soa(5)]])) == records)
        #expect(lines(try outcome((records + [Self.soa(5)]).map { [$0] })) == records)
        #expect(try outcome([records]) == nil)
        // A primary may give the whole zone instead of differences, its first SOA record in a message of its own.
        #expect(lines(try outcome(since: 4, [[Self.soa(5)], Self.rest + [Self.soa(5)]])) == records)
    }

    @Test func `what the responder sends is read, signed and in many messages`() throws {
        let key = try Samples.key()
        let many = (0..<3_000).map { "h\($0).example. 60 IN TXT \"\($0)\"" }
        let source = try FakeSource([Self.soa(9)] + many)
        var transfer = try transfer(key: key)
        let request = try SignedMessage(try transfer.request(now: Samples.now))
        guard case .valid(let transaction) = TSIGKeyring([key]).judge(request, now: Samples.now) else {
            Issue.record("the request's signature does not hold")
            return
        }
        let question = try TransferQuestion(try Message(wire: request.body))
        let records = try #require(try TransferRecords(question.kind, of: question.zone, from: source))
        var answer = TransferMessages(question, records, transaction: transaction)
        var zone: IncomingZone?
        var count = 0
        while let message = try answer.next(now: Samples.now) {
            #expect(zone == nil)
            zone = try transfer.receive(message, now: Samples.now)
            count += 1
        }
        #expect(count > 2)
        #expect(lines(zone) == [Self.soa(9)] + many)
    }

    @Test func `an answer that is not signed is refused where there is a key`() throws {
        var transfer = try transfer(key: try Samples.key())
        _ = try transfer.request(now: 0)
        let message = try messages(.axfr, [[Self.soa(1), Self.soa(1)]])[0]
        #expect(throws: IncomingFailure.signature(.unsigned)) { _ = try transfer.receive(message, now: 0) }
    }

    @Test func `differences are read in their order, over the wrap of the serial`() throws {
        let first = ["a.example. 60 IN A 192.0.2.1", "b.example. 60 IN A 192.0.2.2"]
        let zone = try outcome(
            since: UInt32.max,
            [
                [Self.soa(3), Self.soa(.max), first[0], Self.soa(1), first[1]],
                [Self.soa(1), first[1], Self.soa(3), Self.soa(3)],
            ]
        )
        guard case .differences(let steps) = zone else {
            Issue.record("\(String(describing: zone))")
            return
        }
        #expect(steps.map(\.oldSOA.line) == [Self.soa(.max), Self.soa(1)])
        #expect(steps.map(\.newSOA.line) == [Self.soa(1), Self.soa(3)])
        #expect(steps.map { $0.removed.map(\.line) } == [[first[0]], [first[1]]])
        #expect(steps.map { $0.added.map(\.line) } == [[first[1]], []])
    }

    @Test func `a single SOA that is not newer says that there is nothing`() throws {
        #expect(try outcome(since: 5, [[Self.soa(5)]]) == .upToDate(serial: 5))
        #expect(try outcome(since: 5, [[Self.soa(4)]]) == .upToDate(serial: 4))
        #expect(try outcome(since: 5, [[Self.soa(6)]]) == nil)
    }

    @Test func `streams that break the rules are refused`() throws {
        let (first, last) = (Self.soa(5), Self.soa(6))
        #expect(try malformed([Self.rest + [first]]))
        #expect(try malformed([[first] + Self.rest + [last]]))
        #expect(try malformed([[first] + Self.rest + [first, Self.rest[0]]]))
        #expect(try malformed([[first, "www.example.org. 60 IN A 192.0.2.1", first]]))
        #expect(try malformed([[first, "a.example. 60 CH TXT \"x\"", first]]))
        #expect(try malformed([[first, Self.soa(5, owner: "sub.example."), first]]))
        #expect(try malformed([[first], []]))
        #expect(try malformed(since: 5, [[last, first, Self.soa(4)]]))
        #expect(try malformed(since: 5, [[last, first, last, Self.soa(7)]]))
        #expect(try malformed(since: 6, [[first, last, first, first]]))
    }

    @Test func `answers of others and error codes are refused`() throws {
        let message = try messages(.axfr, [[Self.soa(1), Self.soa(1)]])[0]
        var otherID = message
        otherID[1] = 8
        var query = message
        query[2] &= 0x7F
        var cut = message
        cut[2] |= 2
        for wrong in [otherID, query, cut, Array(message.dropLast())] {
            var transfer = try transfer()
            #expect(throws: IncomingFailure.self) { _ = try transfer.receive(wrong, now: 0) }
        }
        var refusal = message
        refusal[3] = 5
        var transfer = try transfer()
        #expect(throws: IncomingFailure.refused(.refused)) { _ = try transfer.receive(refusal, now: 0) }
        #expect(IncomingFailure.refused(.notImplemented).suggestsWholeZone)
        #expect(!IncomingFailure.signature(.badMAC).suggestsWholeZone)
    }

    @Test func `more than the limits is refused`() throws {
        let parts = [[Self.soa(1)], [Self.rest[0]], [Self.rest[1]], [Self.soa(1)]]
        for path in [\IncomingLimits.messages, \.records, \.octets] {
            var limits = IncomingLimits()
            limits[keyPath: path] = 3
            var transfer = try transfer(limits: limits)
            #expect(throws: IncomingFailure.self) {
                for message in try messages(.axfr, parts) { _ = try transfer.receive(message, now: 0) }
            }
        }
    }
}
