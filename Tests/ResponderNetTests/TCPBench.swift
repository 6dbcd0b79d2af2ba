// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Foundation
import NIOCore
import ResponderEngine
import ResponderNet
import Runtime
import ZoneStore
import ZoneSync

/// A TCP server over a replica with the zone `example.`, whose names `a0` … have addresses and `big` much text.
final class TCPBench: Sendable {
    let path: String
    let store: ZoneStore
    let server: TCPServer

    static let zone = Name(validated: [7] + Array("example".utf8) + [0])

    init(
        limits: TCPLimits = TCPLimits(),
        transfers: TransferRunner? = nil,
        engine: ResponderConfiguration = ResponderConfiguration()
    ) async throws {
        path = Self.folder()
        store = try ZoneStore(path: path, mapSize: 16 << 20, digest: ZoneDigest.sha256)
        _ = try store.apply([.replace(Self.contents())], position: nil)
        var configuration = TCPServer.Configuration(engine: engine, limits: limits)
        configuration.transfers = transfers
        server = try await TCPServer.bind(
            to: [HostPort(host: "127.0.0.1", port: 0)],
            store: store,
            configuration: configuration
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a folder that does not exist yet.
    static func folder() -> String {
        FileManager.default.temporaryDirectory.appendingPathComponent("responder-\(UUID().uuidString)").path
    }

    /// The zone.
    static func contents() throws -> ZoneContents {
        let rrsets = try rrsets()
        return ZoneContents(
            name: zone,
            generation: 1,
            version: 1,
            serial: 1,
            hash: ZoneDigest.zone(rrsets),
            rrsets: rrsets
        )
    }

    private static func rrsets() throws -> [RRset] {
        let soa = zone.wire + zone.wire + [0, 0, 0, 1] + Array(repeating: 0, count: 15) + [60]
        var rrsets = [RRset(owner: zone, type: .soa, ttl: 60, rdatas: [soa])]
        rrsets.append(RRset(owner: zone, type: .ns, ttl: 60, rdatas: [[2, 0x6E, 0x73] + zone.wire]))
        for number in 0..<8 as Range<UInt8> {
            rrsets.append(RRset(owner: try name("a\(number)"), type: .a, ttl: 60, rdatas: [[192, 0, 2, number]]))
        }
        let text = (0..<200).map { number in [250] + Array(repeating: UInt8(number), count: 250) }
        rrsets.append(RRset(owner: try name("big"), type: .txt, ttl: 60, rdatas: text))
        return rrsets
    }

    static func name(_ label: String) throws -> Name {
        try zone.prepending(Array(label.utf8))
    }

    /// A query with its length in front.
    static func query(_ label: String, type: UInt16 = 1, id: UInt16 = 1) throws -> [UInt8] {
        var message = [UInt8(id >> 8), UInt8(id & 255), 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        message += try name(label).wire
        message += [UInt8(type >> 8), UInt8(type & 255), 0, 1]
        return [UInt8(message.count >> 8), UInt8(message.count & 255)] + message
    }

    /// Serves while `body` runs.
    func serve<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
        do {
            let result = try await body()
            await server.close()
            return result
        } catch {
            await server.close()
            throw error
        }
    }

    /// A client's connection.
    func connect() async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        try await TCPClient.connect(server.addresses[0])
    }

    /// See ``TCPClient/exchange(_:_:)``.
    func exchange(_ pieces: [[UInt8]]) async throws -> [[UInt8]] {
        try await TCPClient.exchange(server.addresses[0], pieces)
    }
}
