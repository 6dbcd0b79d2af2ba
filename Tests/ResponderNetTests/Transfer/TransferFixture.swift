// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Foundation
import Glibc
import Logging
import ResponderEngine
import ZoneStore
import ZoneSync
import ZoneTransfer

@testable import ResponderNet

/// A store with the zone `example.` and a peers file, in a folder of their own.
final class TransferFixture {
    static let secret = Array("transfer-secret-0123456789abcdef".utf8)
    static let client = ClientAddress(ipv4: 0x7F00_0001)
    static let now: UInt64 = 1_800_000_000

    let folder: String
    let store: ZoneStore
    let counters = TransferCounters()
    let service: TransferService
    let catalogs: Catalogs
    private var version: UInt64 = 0
    private var rrsets: [RRset] = []

    /// - Parameter peers: lines of the peers file besides the key `key.`.
    init(peers: String = "peer other address=127.0.0.0/8 key=key.") throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("transfer-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        store = try ZoneStore(path: folder + "/replica", mapSize: 64 << 20, digest: ZoneDigest.sha256)
        let text = "key key. hmac-sha256 \(Data(Self.secret).base64EncodedString())\n\(peers)\n"
        try Self.write(text, to: folder + "/peers", mode: 0o600)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let policy = try TransferPolicy(path: folder + "/peers")
        let catalogs = Catalogs(store: store, memory: CatalogMemory(path: folder + "/catalogs"), logger: logger) {
            Self.now
        }
        try catalogs.keep(policy.peers.catalogKeys)
        store.observeChanges { _ = catalogs.changed($0) }
        self.catalogs = catalogs
        service = TransferService(
            store: store,
            policy: policy,
            catalogs: catalogs,
            counters: counters,
            logger: logger,
            now: { Self.now }
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    static func write(_ text: String, to path: String, mode: mode_t) throws {
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        guard unsafe chmod(path, mode) == 0 else { throw CocoaError(.fileWriteNoPermission) }
    }

    /// The key that the peers file knows.
    static func key(secret: [UInt8] = TransferFixture.secret, name: String = "key.") throws -> TSIGKey {
        TSIGKey(name: try Name(text: name), algorithm: .hmacSHA256, secret: secret)
    }

    static func sets(_ lines: [String]) throws -> [RRset] {
        try lines.map { line in
            let record = try ResourceRecord(line: line)
            return RRset(owner: record.owner, type: record.type, ttl: record.ttl, rdatas: [record.rdata])
        }
    }

    static func soa(_ serial: UInt64) -> String {
        "example. 60 IN SOA ns.example. host.example. \(serial) 60 60 60 60"
    }

    /// Stores the zone with these records besides SOA and NS, one an owner and type; its serial is one greater each time.
    func put(_ lines: [String]) throws {
        version += 1
        rrsets = try Self.sets([Self.soa(version), "example. 60 IN NS ns.example."] + lines)
        let contents = ZoneContents(
            name: try Name(text: "example."),
            generation: 1,
            version: version,
            serial: UInt32(version),
            hash: ZoneDigest.zone(rrsets),
            rrsets: rrsets
        )
        _ = try store.apply([.replace(contents)], position: nil)
    }

    /// Stores another zone, of SOA and NS alone.
    func putZone(_ name: String, generation: UInt64 = 1) throws {
        let rrsets = try Self.sets([
            "\(name) 60 IN SOA ns.example. host.example. 1 60 60 60 60", "\(name) 60 IN NS ns.example.",
        ])
        let contents = ZoneContents(
            name: try Name(text: name),
            generation: generation,
            version: 1,
            serial: 1,
            hash: ZoneDigest.zone(rrsets),
            rrsets: rrsets
        )
        _ = try store.apply([.replace(contents)], position: nil)
    }

    /// Removes a zone in its first life.
    func delete(_ name: String) throws {
        let outcome = try store.apply([.delete(name: try Name(text: name), generation: 1, version: 2)], position: nil)
        guard outcome == [.applied] else { throw CocoaError(.coderInvalidValue) }
    }

    /// Has the file say what a catalog was when it had the zones of `earlier`.
    func rememberAgain(_ key: CatalogKey, serial: UInt32, of earlier: Catalogs) throws {
        guard let zone = earlier[key] else { throw CocoaError(.coderInvalidValue) }
        var mark = CatalogMark(zone)
        mark.serial = serial
        _ = CatalogMemory(path: folder + "/catalogs").write([key.text: mark])
    }

    /// Changes the address of `www.example.` alone.
    func change(to address: String) throws {
        let www = try Self.sets(["www.example. 60 IN A \(address)", Self.soa(version + 1)])
        let keys = Set(www.map(\.key))
        rrsets = rrsets.filter { !keys.contains($0.key) } + www
        let update = ZoneUpdate(
            name: try Name(text: "example."),
            generation: 1,
            base: version,
            version: version + 1,
            serial: UInt32(version + 1),
            hash: ZoneDigest.zone(rrsets),
            removed: [],
            rrsets: www
        )
        version += 1
        let outcome = try store.apply([.update(update)], position: nil)
        guard outcome == [.applied] else { throw CocoaError(.coderInvalidValue) }
    }

    /// A request for a zone.
    static func request(_ zone: String = "example.", since serial: UInt32? = nil, edns: EDNS? = nil) throws -> [UInt8] {
        let name = try Name(text: zone)
        let type: RRType = serial == nil ? .axfr : .ixfr
        var request = Message.query(id: 77, Question(name: name, type: type), edns: edns)
        if let serial { request.authorities = [try ResourceRecord(line: "\(zone) 0 IN SOA . . \(serial) 0 0 0 0")] }
        return try request.encoded()
    }

    /// What comes for `message` over a stream: the messages as they are.
    func stream(
        _ message: [UInt8],
        from client: ClientAddress = TransferFixture.client,
        over transport: Transport = .tcp4
    ) -> [[UInt8]] {
        let reply = service.open(message, client: client, transport: transport)
        var messages: [[UInt8]] = []
        while let message = reply.next() { messages.append(message) }
        return messages
    }

    /// What a signed request brings, checked and without signatures.
    func signed(
        _ message: [UInt8],
        key: TSIGKey? = nil,
        over transport: Transport = .tcp4
    ) throws -> [Message] {
        var client = TSIGClient(key: try key ?? Self.key())
        var request = message
        client.sign(&request, now: Self.now)
        let messages = try stream(request, over: transport).map {
            try Message(wire: client.verify($0, now: Self.now))
        }
        guard client.isComplete else { throw TSIGFailure.unsigned }
        return messages
    }
}

extension [Message] {
    /// All answers as lines.
    var lines: [String] { flatMap { $0.answers.map(\.line) } }
}
