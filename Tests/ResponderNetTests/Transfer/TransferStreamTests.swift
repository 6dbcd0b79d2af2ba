// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import ResponderEngine
import Runtime
import Testing
import ZoneTransfer

@testable import ResponderNet

/// Requests for zones over TCP and TLS, answered from a real store.
@Suite struct TransferStreamTests {
    private let records = ["mail.example. 60 IN A 192.0.2.5", "www.example. 60 IN A 192.0.2.1"]

    private func count(_ fixture: TransferFixture, _ line: String) -> Bool {
        let registry = MetricsRegistry()
        fixture.counters.register(in: registry)
        return registry.render().contains("\n\(line)\n")
    }

    @Test("A signed request gets the whole zone, SOA first and last")
    func whole() throws {
        let fixture = try TransferFixture()
        try fixture.put(records)
        let lines = try fixture.signed(TransferFixture.request()).lines
        #expect(lines.first == TransferFixture.soa(1))
        #expect(lines.last == TransferFixture.soa(1))
        #expect(lines.dropFirst().dropLast().sorted() == ["example. 60 IN NS ns.example."] + records)
        #expect(count(fixture, "dns_transfers_total{form=\"axfr\",outcome=\"completed\"} 1"))
        #expect(count(fixture, "dns_transfer_records_total 5"))
        #expect(count(fixture, "dns_transfers_open 0"))
        #expect(count(fixture, "dns_tsig_messages_total{result=\"good\"} 1"))
    }

    @Test("NSEC3 records go along, though they are not names of the zone")
    func nsec3() throws {
        let fixture = try TransferFixture()
        let hashed = "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example."
        let extra = [
            "example. 60 IN NSEC3PARAM 1 0 0 -", "\(hashed) 60 IN NSEC3 1 0 0 - 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR A",
            "\(hashed) 60 IN RRSIG NSEC3 13 2 60 20401231235959 20260101000000 1 example. AAAA",
        ]
        try fixture.put(records + extra)
        let lines = try fixture.signed(TransferFixture.request()).lines
        #expect(Set(lines).isSuperset(of: extra))
        #expect(lines.count == 8)
    }

    @Test("Changes since a version come as differences, step by step")
    func differences() throws {
        let fixture = try TransferFixture()
        try fixture.put(records)
        try fixture.change(to: "192.0.2.2")
        try fixture.change(to: "192.0.2.3")
        let lines = try fixture.signed(TransferFixture.request(since: 1)).lines
        #expect(
            lines == [
                TransferFixture.soa(3), TransferFixture.soa(1), "www.example. 60 IN A 192.0.2.1",
                TransferFixture.soa(2), "www.example. 60 IN A 192.0.2.2", TransferFixture.soa(2),
                "www.example. 60 IN A 192.0.2.2", TransferFixture.soa(3), "www.example. 60 IN A 192.0.2.3",
                TransferFixture.soa(3),
            ]
        )
        #expect(try fixture.signed(TransferFixture.request(since: 3)).lines == [TransferFixture.soa(3)])
        #expect(try fixture.signed(TransferFixture.request(since: 4_000)).lines == [TransferFixture.soa(3)])
        #expect(try fixture.signed(TransferFixture.request(since: 0xFFFF_FFF0)).lines.count == 5)
        #expect(count(fixture, "dns_transfers_total{form=\"ixfr\",outcome=\"completed\"} 1"))
        #expect(count(fixture, "dns_transfers_total{form=\"current\",outcome=\"completed\"} 2"))
    }

    @Test("A transfer that was begun is of one version, whatever changes meanwhile")
    func snapshot() throws {
        let fixture = try TransferFixture()
        let many = (0..<4_000).map { "h\($0).example. 60 IN A 192.0.2.1" }
        try fixture.put(many + records)
        var client = TSIGClient(key: try TransferFixture.key())
        var request = try TransferFixture.request()
        client.sign(&request, now: TransferFixture.now)
        let reply = fixture.service.open(request, client: TransferFixture.client, transport: .tcp4)
        var lines: [String] = []
        var messages = 0
        while let message = reply.next() {
            let plain = try client.verify(message, now: TransferFixture.now)
            lines += try Message(wire: plain).answers.map(\.line)
            messages += 1
            try fixture.change(to: "192.0.2.\(messages + 10)")
        }
        #expect(messages > 3)
        #expect(lines.filter { $0.hasPrefix("www.") } == ["www.example. 60 IN A 192.0.2.1"])
        #expect(lines.filter { $0.contains("SOA") } == [TransferFixture.soa(1), TransferFixture.soa(1)])
        #expect(lines.count == 4_000 + 5)
    }

    @Test("Requests that nobody may make are REFUSED, whether the zone is there or not")
    func refused() throws {
        let fixture = try TransferFixture()
        try fixture.put(records)
        for zone in ["example.", "other."] {
            let messages = fixture.stream(try TransferFixture.request(zone))
            #expect(messages.count == 1)
            let response = try Message(wire: messages[0])
            #expect(response.rcode == .refused)
            #expect(response.questions.count == 1)
            #expect(response.answers.isEmpty)
            #expect(!response.header.isAuthoritative)
        }
        #expect(count(fixture, "dns_transfer_refusals_total{reason=\"policy\"} 2"))
    }

    @Test("A good key from another address is REFUSED, signed")
    func otherAddress() throws {
        let fixture = try TransferFixture()
        try fixture.put(records)
        var client = TSIGClient(key: try TransferFixture.key())
        var request = try TransferFixture.request()
        client.sign(&request, now: TransferFixture.now)
        let messages = fixture.stream(request, from: ClientAddress(ipv4: 0x0A00_0001))
        let plain = try client.verify(try #require(messages.first), now: TransferFixture.now)
        #expect(try Message(wire: plain).rcode == .refused)
    }

    @Test("Zones that are not held, and names within zones, are NOTAUTH", arguments: ["other.", "www.example.", "."])
    func notHeld(zone: String) throws {
        let fixture = try TransferFixture()
        try fixture.put(records)
        let messages = try fixture.signed(TransferFixture.request(zone))
        #expect(messages.map(\.rcode) == [.notAuthoritative])
        #expect(count(fixture, "dns_transfer_refusals_total{reason=\"not-held\"} 1"))
    }

    @Test("Bad signatures are NOTAUTH and say what is wrong")
    func badSignatures() throws {
        let fixture = try TransferFixture()
        try fixture.put(records)
        let cases: [(TSIGKey, UInt64, TSIGError)] = [
            (try TransferFixture.key(name: "unknown."), TransferFixture.now, .badKey),
            (try TransferFixture.key(secret: [1, 2, 3, 4, 5, 6, 7, 8]), TransferFixture.now, .badSignature),
            (try TransferFixture.key(), TransferFixture.now - 301, .badTime),
        ]
        for (key, time, error) in cases {
            var client = TSIGClient(key: key)
            var request = try TransferFixture.request()
            client.sign(&request, now: time)
            let messages = fixture.stream(request)
            #expect(messages.count == 1)
            let response = try SignedMessage(try #require(messages.first))
            #expect(response.tsig?.error == error)
            #expect(response.tsig?.mac.isEmpty == (error != .badTime))
            let plain = try Message(wire: response.query)
            #expect(plain.rcode == .notAuthoritative)
            #expect(plain.answers.isEmpty)
            let label = TransferCounters.Signature(error).rawValue
            #expect(count(fixture, "dns_tsig_messages_total{result=\"\(label)\"} 1"))
        }
    }

    @Test("A peer that needs TLS gets nothing over plain TCP")
    func tls() throws {
        let fixture = try TransferFixture(peers: "peer a address=127.0.0.1 key=key. tls=required")
        try fixture.put(records)
        #expect(try fixture.signed(TransferFixture.request(), over: .tcp4).map(\.rcode) == [.refused])
        #expect(try fixture.signed(TransferFixture.request(), over: .tls4).lines.count == 5)
    }

    @Test("What cannot be read is FORMERR, what is asked in vain of EDNS is BADVERS")
    func malformed() throws {
        let fixture = try TransferFixture()
        try fixture.put(records)
        let good = try TransferFixture.request()
        let response = try #require(fixture.stream(good + [0]).first)
        #expect(Array(response.prefix(4)) == [0, 77, 0x80, 1])
        var noSerial = try TransferFixture.request(since: 1)
        noSerial[9] = 0
        noSerial.removeLast(noSerial.count - 25)
        #expect(try Message(wire: try #require(fixture.stream(noSerial).first)).rcode == .formatError)
        let version = try TransferFixture.request(edns: EDNS(version: 1))
        #expect(try Message(wire: try #require(fixture.stream(version).first)).rcode == .badVersion)
        #expect(count(fixture, "dns_transfer_refusals_total{reason=\"malformed\"} 2"))
    }

    @Test("Only questions for transfers are wanted, whatever the octets are")
    func wants() throws {
        let fixture = try TransferFixture()
        func wants(_ octets: [UInt8]) -> Bool {
            unsafe octets.withUnsafeBytes { unsafe fixture.service.wants($0) }
        }
        let request = try TransferFixture.request()
        #expect(wants(request))
        #expect(wants(try TransferFixture.request(since: 1)))
        for length in 0..<request.count - 2 { #expect(!wants(Array(request.prefix(length)))) }
        var other = request
        other[22] = 251 &- 1
        #expect(!wants(other))
        for (offset, bit) in [(2, 0x80), (2, 0x20), (5, 0x02), (12, 0xC0)] as [(Int, UInt8)] {
            var changed = request
            changed[offset] ^= bit
            #expect(!wants(changed), "\(offset)")
        }
    }

    @Test("A transfer whose client goes away is counted as aborted")
    func aborted() throws {
        let fixture = try TransferFixture()
        try fixture.put((0..<4_000).map { "h\($0).example. 60 IN A 192.0.2.1" })
        do {
            var client = TSIGClient(key: try TransferFixture.key())
            var request = try TransferFixture.request()
            client.sign(&request, now: TransferFixture.now)
            let reply = fixture.service.open(request, client: TransferFixture.client, transport: .tcp4)
            #expect(reply.next() != nil)
            #expect(count(fixture, "dns_transfers_open 1"))
        }
        #expect(count(fixture, "dns_transfers_open 0"))
        #expect(count(fixture, "dns_transfers_total{form=\"axfr\",outcome=\"aborted\"} 1"))
    }
}
