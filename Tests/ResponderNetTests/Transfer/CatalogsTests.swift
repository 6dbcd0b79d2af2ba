// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Logging
import ResponderEngine
import Testing
import ZoneStore
import ZoneTransfer

@testable import ResponderNet

/// Catalogs of a real store, as peers get them.
@Suite struct CatalogsTests {
    private static let peers = """
        key other. hmac-sha256 \(Data(TransferFixture.secret).base64EncodedString())
        peer all address=127.0.0.0/8 key=key. catalog=catalog.invalid
        peer some address=127.0.0.0/8 key=other. zones=*.example catalog=catalog.invalid
        """

    /// The members of a catalog as a transfer gives them: zones and labels.
    private func members(_ messages: [Message]) throws -> [String: String] {
        let records = messages.flatMap(\.answers).filter { $0.type == .ptr }
        return Dictionary(
            uniqueKeysWithValues: try records.map { record in
                (try Name(wire: record.rdata).text, String(decoding: record.owner.labels[0], as: UTF8.self))
            }
        )
    }

    private func catalog(_ fixture: TransferFixture, _ key: String = "key.") throws -> [Message] {
        try fixture.signed(TransferFixture.request("catalog.invalid."), key: TransferFixture.key(name: key))
    }

    private func serial(_ messages: [Message]) throws -> UInt32 {
        let soa = try #require(messages.first?.answers.first)
        return try RData.SOA(rdata: soa.rdata).serial
    }

    private func rcode(_ message: [UInt8]?) throws -> RCode {
        try Message(wire: try #require(message)).rcode
    }

    @Test("each peer's catalog has the zones that it may have, and nobody else gets it")
    func contents() throws {
        let fixture = try TransferFixture(peers: Self.peers)
        try fixture.putZone("a.example.")
        try fixture.putZone("other.test.")
        #expect(try Set(members(catalog(fixture)).keys) == ["a.example.", "other.test."])
        #expect(try Set(members(catalog(fixture, "other.")).keys) == ["a.example."])
        let request = try TransferFixture.request("catalog.invalid.")
        #expect(try rcode(fixture.stream(request).first) == .refused, "without a key")
        let elsewhere = ClientAddress(ipv4: 0xC000_0201)
        #expect(try rcode(fixture.stream(request, from: elsewhere).first) == .refused)
        let unknown = try TransferFixture.request("other.invalid.")
        #expect(try fixture.signed(unknown).map(\.rcode) == [.notAuthoritative])
    }

    @Test("zones that come, go, and are made again move the serial and go out as differences")
    func changes() throws {
        let fixture = try TransferFixture(peers: Self.peers)
        try fixture.putZone("a.test.")
        let first = try catalog(fixture)
        try fixture.putZone("b.test.")
        try fixture.delete("a.test.")
        try fixture.putZone("a.test.", generation: 9)
        let last = try catalog(fixture)
        #expect(try serial(last) > serial(first))
        let before = try members(first)
        let after = try members(last)
        #expect(Set(after.keys) == ["a.test.", "b.test."])
        #expect(after["a.test."] != before["a.test."])
        let since = try serial(first)
        let records = try fixture.signed(TransferFixture.request("catalog.invalid.", since: since)).flatMap(\.answers)
        // Three steps, each of two SOA records and one PTR record, between the SOA records of the whole.
        #expect(records.map(\.type) == [.soa] + [.soa, .soa, .ptr, .soa, .ptr, .soa, .soa, .soa, .ptr] + [.soa])
        // A change of records is none of a catalog's, and other peers' catalogs have not changed at all.
        try fixture.put(["www.example. 60 IN A 192.0.2.1"])
        let added = try serial(catalog(fixture))
        try fixture.change(to: "192.0.2.2")
        #expect(try serial(catalog(fixture)) == added)
    }

    @Test("a signed query for the SOA record is answered, and nothing else of a catalog is")
    func queries() throws {
        let fixture = try TransferFixture(peers: Self.peers)
        try fixture.putZone("a.test.")
        func ask(_ name: String, _ type: RRType, key: TSIGKey?) throws -> Message? {
            var query = try Message.query(id: 5, Question(name: try Name(text: name), type: type)).encoded()
            var client = key.map { TSIGClient(key: $0) }
            client?.sign(&query, now: TransferFixture.now)
            let response = fixture.service.respond(query, TransferFixture.client, .udp4, limit: 1_232) { _, _ in [] }
            // The engine, which was asked here, has nothing.
            if response.isEmpty || response[2] & 2 != 0 { return nil }
            return try Message(wire: client?.verify(response, now: TransferFixture.now) ?? response)
        }
        let key = try TransferFixture.key()
        let answer = try #require(try ask("Catalog.invalid.", .soa, key: key))
        #expect(answer.header.isAuthoritative && answer.answers.count == 1)
        #expect(try serial([answer]) == serial(catalog(fixture)))
        #expect(try ask("catalog.invalid.", .ns, key: key)?.answers.count == 1)
        #expect(try ask("catalog.invalid.", .a, key: key)?.rcode == .refused)
        #expect(try ask("version.catalog.invalid.", .txt, key: key)?.rcode == .refused)
        #expect(try ask("catalog.invalid.", .soa, key: nil)?.rcode == .refused)
        #expect(try ask("a.test.", .soa, key: key) == nil, "zones are the engine's")
    }

    @Test("versions go on through restarts, and grow when something has happened meanwhile")
    func restarts() throws {
        let fixture = try TransferFixture(peers: Self.peers)
        try fixture.putZone("a.test.")
        let key = try #require(fixture.service.policy.peers.catalogKeys.first { $0.zones == [.all] })
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        func restart(at now: UInt64, file: String = "/catalogs") throws -> Catalogs {
            let memory = CatalogMemory(path: fixture.folder + file)
            let catalogs = Catalogs(store: fixture.store, memory: memory, logger: logger) { now }
            try catalogs.keep([key])
            return catalogs
        }
        let serial = try #require(fixture.catalogs[key]?.serial)
        #expect(try restart(at: 0)[key]?.serial == serial)
        #expect(try restart(at: 4_000_000_000)[key]?.serial == serial, "the same members have the same version")
        // While this process waits to take another's place, that one goes on.
        let successor = try restart(at: 0)
        try fixture.putZone("b.test.")
        let later = try #require(fixture.catalogs[key]?.serial)
        #expect(later > serial && successor[key]?.serial == serial)
        #expect(try successor.resynchronise() == [key.name])
        #expect(successor[key]?.serial == later && successor[key]?.members.count == 2)
        #expect(try successor.resynchronise().isEmpty)
        // What happened while nobody ran.
        try fixture.putZone("unseen.test.", generation: 5)
        let seen = try #require(fixture.catalogs[key]?.serial)
        try fixture.rememberAgain(key, serial: later, of: successor)
        let restarted = try #require(try restart(at: 0)[key])
        #expect(restarted.serial == later + 1 && restarted.members.count == 3)
        #expect(seen >= later)
        // Without the file the clock goes on.
        #expect(try restart(at: 4_000_000_000, file: "/lost")[key]?.serial == 4_000_000_000)
        try "garbage\nx 1 zz\n".write(toFile: fixture.folder + "/bad", atomically: true, encoding: .utf8)
        #expect(try restart(at: 7, file: "/bad")[key]?.serial == 7)
    }
}
