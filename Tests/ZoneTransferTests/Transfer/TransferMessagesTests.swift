// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Testing
import ZoneStore

@testable import ZoneTransfer

@Suite struct TransferMessagesTests {
    private static func soa(_ serial: UInt32) -> String {
        "example. 3600 IN SOA ns1.example. hostmaster.example. \(serial) 7200 3600 1209600 300"
    }

    private static let zone = [
        "example. 3600 IN NS ns1.example.", "example. 3600 IN NS ns2.sub.example.", soa(7),
        "example. 60 IN MX 10 mail.example.", "mail.example. 60 IN A 192.0.2.1",
        "sub.example. 300 IN NS ns2.sub.example.", "ns2.sub.example. 300 IN A 192.0.2.2",
        "hidden.sub.example. 300 IN TXT \"occluded\"", "*.wild.example. 60 IN TXT \"a\" \"b\"",
    ]

    private func difference(
        _ from: UInt32,
        _ to: UInt32,
        removed: [String],
        added: [String]
    ) throws -> TransferDifference {
        TransferDifference(
            oldSOA: try FakeSource.sets([Self.soa(from)])[0],
            newSOA: try FakeSource.sets([Self.soa(to)])[0],
            removed: try FakeSource.sets(removed),
            added: try FakeSource.sets(added)
        )
    }

    @Test("A whole zone has its SOA first and last and everything else once, occluded names and glue included")
    func whole() throws {
        let source = try FakeSource(Self.zone)
        let transfer = try Collected(source)
        #expect(transfer.lines.first == Self.soa(7))
        #expect(transfer.lines.last == Self.soa(7))
        let middle = transfer.lines.dropFirst().dropLast()
        #expect(middle.sorted() == Self.zone.filter { !$0.contains("SOA") }.sorted())
        #expect(transfer.messages.count == 1)
        #expect(source.pagesRead > 2)
    }

    @Test("Messages bear the request's identifier and question, AA, and no other flag")
    func headers() throws {
        let transfer = try Collected(try FakeSource(Self.zone))
        let message = try Message(wire: transfer.messages[0])
        #expect(message.header == MessageHeader(id: 0x4711, bits: 0x8400))
        #expect(message.questions == (try Collected.request(.whole).questions))
        #expect(message.edns == nil)
    }

    @Test("An OPT record stands in the first message when the request has one, and only there")
    func edns() throws {
        let source = try FakeSource(Self.zone + Self.manyRecords(2_000))
        let transfer = try Collected(source, edns: EDNS(payloadSize: 4096, dnssecOK: true))
        let messages = try transfer.messages.map { try Message(wire: $0) }
        #expect(messages[0].edns == EDNS(payloadSize: 1232, dnssecOK: true))
        #expect(messages.count > 2)
        #expect(messages.dropFirst().allSatisfy { $0.edns == nil })
    }

    private static func manyRecords(_ count: Int) -> [String] {
        (0..<count).map { "host\($0).example. 300 IN TXT \"\(String(repeating: "x", count: 20)) \($0)\"" }
    }

    @Test("A large zone comes in many messages of about 16 kB, each record once and in order")
    func manyMessages() throws {
        let records = Self.manyRecords(10_000)
        let source = try FakeSource([Self.soa(1)] + records)
        source.pageSize = 97
        let transfer = try Collected(source)
        #expect(transfer.lines == [Self.soa(1)] + records + [Self.soa(1)])
        #expect(transfer.messages.dropLast().allSatisfy { (16_384..<16_600).contains($0.count) })
        for message in transfer.messages {
            #expect(try Message(wire: message).questions.count == 1)
        }
    }

    @Test("Owners are compressed")
    func compression() throws {
        let transfer = try Collected(try FakeSource([Self.soa(1)] + Self.manyRecords(100)))
        // "hostN" and a pointer, ten octets of header, and the string.
        let perRecord = 1 + 5 + 1 + 2 + 10 + 24
        #expect(transfer.messages[0].count < 200 + 100 * perRecord)
    }

    @Test("Records of nearly 64 kB make messages of their size")
    func largeRecords() throws {
        let huge = RRset(
            owner: try Name(text: "huge.example."),
            type: RRType(rawValue: 65_280),
            ttl: 1,
            rdatas: [[UInt8](repeating: 1, count: 65_400), [UInt8](repeating: 2, count: 65_400)]
        )
        let source = try FakeSource([Self.soa(1), "a.example. 1 IN A 192.0.2.1", "z.example. 1 IN A 192.0.2.1"])
        source.rrsets.insert(huge, at: 2)
        let transfer = try Collected(source)
        #expect(try transfer.messages.map { try Message(wire: $0).answers.count } == [3, 1, 2])
        #expect(transfer.messages.allSatisfy { $0.count <= 65_535 })
        #expect(transfer.lines.count == 6)
    }

    @Test("A record that no message can hold ends the transfer with an error")
    func tooLargeRecord() throws {
        let source = try FakeSource([Self.soa(1)])
        source.rrsets.append(
            RRset(
                owner: try Name(text: "a.example."),
                type: RRType(rawValue: 65_280),
                ttl: 1,
                rdatas: [[UInt8](repeating: 1, count: 65_535)]
            )
        )
        #expect(throws: WireError.bufferFull) { _ = try Collected(source) }
    }

    @Test("Signatures have the TTL of what they cover, and go with it")
    func signatureTTL() throws {
        let signature = "13 2 %d 20401231235959 20260101000000 1 example. AAAA"
        let covers = [("A", 60), ("TXT", 900)].map { type, ttl in
            "www.example. \(ttl) IN RRSIG \(type) "
                + signature.split(separator: " ").map { $0 == "%d" ? "\(ttl)" : String($0) }.joined(separator: " ")
        }
        let source = try FakeSource([
            Self.soa(1), "www.example. 60 IN A 192.0.2.1", "www.example. 900 IN TXT \"a\"",
        ])
        // The store holds the signatures of an owner as one set of one TTL.
        let records = try covers.map { try ResourceRecord(line: $0) }
        source.rrsets.append(
            RRset(owner: records[0].owner, type: .rrsig, ttl: 60, rdatas: records.map(\.rdata))
        )
        let transfer = try Collected(source)
        for line in covers { #expect(transfer.lines.contains(line)) }
    }

    @Test("Differences go out as they are kept: old SOA, deletions, new SOA, additions, and so on")
    func differences() throws {
        let source = try FakeSource(Self.zone)
        source.kept[5] = [
            try difference(
                5,
                6,
                removed: ["a.example. 60 IN A 192.0.2.9", "a.example. 60 IN A 192.0.2.8"],
                added: ["b.example. 60 IN A 192.0.2.9"]
            ),
            try difference(6, 7, removed: ["b.example. 60 IN A 192.0.2.9"], added: []),
        ]
        let transfer = try Collected(source, .since(5))
        #expect(
            transfer.lines == [
                Self.soa(7), Self.soa(5), "a.example. 60 IN A 192.0.2.8", "a.example. 60 IN A 192.0.2.9",
                Self.soa(6), "b.example. 60 IN A 192.0.2.9", Self.soa(6), "b.example. 60 IN A 192.0.2.9",
                Self.soa(7), Self.soa(7),
            ]
        )
        #expect(source.pagesRead == 0)
        #expect(try Message(wire: transfer.messages[0]).questions.first?.type == .ixfr)
    }

    @Test("Who has the version, or a newer one, gets the SOA alone", arguments: [7, 8, 0x7FFF_FFFF] as [UInt32])
    func current(serial: UInt32) throws {
        #expect(try Collected(try FakeSource(Self.zone), .since(serial)).lines == [Self.soa(7)])
    }

    @Test("Who has a version that is not kept gets the whole zone", arguments: [1, 6, 0xFFFF_FFFF] as [UInt32])
    func notKept(serial: UInt32) throws {
        let transfer = try Collected(try FakeSource(Self.zone), .since(serial))
        #expect(transfer.lines.count == Self.zone.count + 1)
        #expect(transfer.lines[1] != Self.soa(serial))
    }

    @Test("Differences that do not lead from one version to the other end the transfer with an error")
    func brokenChain() throws {
        let source = try FakeSource(Self.zone)
        source.kept[3] = [try difference(4, 7, removed: [], added: [])]
        source.kept[4] = [try difference(4, 5, removed: [], added: []), try difference(6, 7, removed: [], added: [])]
        source.kept[5] = [try difference(5, 6, removed: [], added: [])]
        source.kept[6] = []
        for (serial, gap) in [(3, 3), (4, 5), (5, 6), (6, 6)] as [(UInt32, UInt32)] {
            #expect(throws: TransferGap(serial: gap)) { _ = try Collected(source, .since(serial)) }
        }
    }

    @Test("Every message is signed and verifies in its turn")
    func signed() throws {
        let key = try Samples.key(.hmacSHA512)
        var client = TSIGClient(key: key)
        var request = try Collected.request(.whole).encoded()
        client.sign(&request, now: Samples.now)
        guard case .valid(let transaction) = TSIGKeyring([key]).judge(try SignedMessage(request), now: Samples.now)
        else {
            Issue.record("not valid")
            return
        }
        let records = Self.manyRecords(3_000)
        let source = try FakeSource([Self.soa(1)] + records)
        let question = try TransferQuestion(try Collected.request(.whole))
        let content = try #require(try TransferRecords(.whole, of: question.zone, from: source))
        var transfer = TransferMessages(question, content, transaction: transaction)
        var lines: [String] = []
        var count = 0
        while let message = try transfer.next(now: Samples.now) {
            lines += try Message(wire: client.verify(message, now: Samples.now)).answers.map(\.line)
            #expect(client.isComplete)
            count += 1
        }
        #expect(count > 5)
        #expect(lines == [Self.soa(1)] + records + [Self.soa(1)])
        #expect(transfer.recordCount == lines.count)
    }

    @Test("A zone that is not held has no transfer")
    func notHeld() throws {
        let records = try TransferRecords(.whole, of: try Name(text: "other."), from: try FakeSource(Self.zone))
        #expect(records == nil)
    }

    @Test(
        "Serials are compared around the circle",
        arguments: [
            (1, 0, true), (0, 1, false), (0, 0xFFFF_FFFF, true), (0xFFFF_FFFF, 0, false), (0x8000_0000, 0, false),
            (0, 0x8000_0000, false), (0x7FFF_FFFF, 0, true), (5, 5, false),
        ] as [(UInt32, UInt32, Bool)]
    )
    func serials(serial: UInt32, other: UInt32, isNewer: Bool) {
        #expect(SerialNumber.isNewer(serial, than: other) == isNewer)
    }
}
