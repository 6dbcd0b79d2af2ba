// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSWire
import Foundation
import NIOCore
import NIOPosix
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

    init(limits: TCPLimits = TCPLimits()) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("tcp-\(UUID().uuidString)").path
        self.path = path
        store = try ZoneStore(path: path, mapSize: 16 << 20, digest: ZoneDigest.sha256)
        let rrsets = try Self.rrsets()
        _ = try store.apply(
            [
                .replace(
                    ZoneContents(
                        name: Self.zone,
                        generation: 1,
                        version: 1,
                        serial: 1,
                        hash: ZoneDigest.zone(rrsets),
                        rrsets: rrsets
                    )
                )
            ],
            position: nil
        )
        server = try await TCPServer.bind(
            to: [HostPort(host: "127.0.0.1", port: 0)],
            store: store,
            configuration: ResponderConfiguration(),
            limits: limits
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

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

    /// A client's connection, half closure allowed.
    func connect() async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: server.addresses[0].port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
    }

    /// Sends octets in pieces, ends the output, and gives back all answers until the server closes.
    func exchange(_ pieces: [[UInt8]]) async throws -> [[UInt8]] {
        try await connect().executeThenClose { inbound, outbound in
            for piece in pieces { try await outbound.write(ByteBuffer(bytes: piece)) }
            outbound.finish()
            var received = ByteBuffer()
            do {
                for try await octets in inbound { received.writeImmutableBuffer(octets) }
            } catch is IOError {
                // A reset behind the answers.
            }
            return Self.messages(&received)
        }
    }

    /// Takes the complete messages out of a buffer.
    static func messages(_ buffer: inout ByteBuffer) -> [[UInt8]] {
        var messages: [[UInt8]] = []
        while let length = buffer.getInteger(at: buffer.readerIndex, as: UInt16.self),
            let message = buffer.getBytes(at: buffer.readerIndex + 2, length: Int(length))
        {
            buffer.moveReaderIndex(forwardBy: 2 + Int(length))
            messages.append(message)
        }
        return messages
    }
}
