// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation
import Logging
import NIOCore
import NIOPosix
import Postgres
import Synchronization
import Testing
import ZoneSync

@testable import GlueService

/// An origin that many consumers ask for large zones, some of which stand still.
@Suite(.timeLimit(.minutes(5)))
struct ManyConsumersTests {
    private static let zones = 4
    private static let rrsets = 16_000

    /// Zones of about 2 MB, as a publisher would have left them.
    private func publishLargeZones(_ fixture: ZoneFixture) async throws -> Int {
        _ = try await fixture.makeZone("first.example")
        try await fixture.publishAll()
        for number in 1...Self.zones {
            let (id, name) = (Int64(1_000 + number), "large\(number).example")
            try await fixture.glue.execute(
                """
                INSERT INTO distribution.zone (zone_id, name, version, serial, live, rr_count, hash, log_id)
                VALUES (\(id), \(name), 1, 1, true, \(Int64(Self.rrsets)), \([UInt8](repeating: 7, count: 32)), 0)
                """
            )
            try await fixture.glue.execute(
                """
                INSERT INTO distribution.rrset (zone_id, owner, type, rr_count, hash, body)
                SELECT \(id), owner, 16, 1, \([UInt8](repeating: 7, count: 32)),
                    owner || ' 300 IN TXT "' || repeat('x', 90) || E'"\\n'
                FROM (
                    SELECT 'h' || n || '.' || \(name) || '.' AS owner FROM generate_series(1, \(Int64(Self.rrsets))) AS n
                ) AS owners
                """
            )
        }
        let size = try await SnapshotStoreSize.of(1_001, in: fixture)
        #expect(size > 1_900_000)
        return size
    }

    @Test func aHundredConsumersShareABoundedMemoryAndTenThatStandStillHoldNobodyUp() async throws {
        let fixture = try await ZoneFixture.make()
        let size = try await publishLargeZones(fixture)
        var configuration = SharedBodies.Configuration()
        configuration.budget = 2 * size + size / 2
        configuration.patience = .milliseconds(500)
        let source = fixture.source(bodies: configuration)
        let server = try await OriginServer.bind(
            OriginServer.Configuration(host: "127.0.0.1", port: 0, nodeName: "glue-test"),
            source: source,
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        )
        let port = try #require(server.localAddress?.port)
        let before = try Self.memory()
        let stalled = OctetsRead()
        try await withThrowingTaskGroup(of: Void.self) { servers in
            servers.addTask { try await server.run() }
            try await withThrowingTaskGroup(of: Void.self) { stalling in
                // Ten that ask for two of the zones, and do not read on.
                for number in 0..<10 {
                    stalling.addTask {
                        try await Self.consume(port, node: "stalled\(number)", zone: 1 + number % 2, buffer: 4_096) {
                            stalled.add($0)
                            // Until the test has ended.
                            try await Task.sleep(for: .seconds(600))
                            return false
                        }
                    }
                }
                #expect(try await eventually { stalled.readers == 10 })
                try await withThrowingTaskGroup(of: Void.self) { healthy in
                    for number in 0..<90 {
                        healthy.addTask {
                            let read = OctetsRead()
                            try await Self.consume(port, node: "n\(number)", zone: 1 + number % 4, buffer: nil) {
                                read.add($0)
                                return read.octets < size
                            }
                            #expect(read.octets >= size)
                        }
                    }
                    try await healthy.waitForAll()
                }
                stalling.cancelAll()
            }
            server.drain()
        }
        // What was asked for at the same time was read once, and at no time was there more than allowed.
        #expect(await source.bodies.peak <= configuration.budget)
        #expect(await source.bodies.reads < 60)
        #expect(await source.bodies.octets == 0)
        #expect(stalled.octets < 10 * size)
        // All bodies together would have taken 200 MB and more.
        #expect(try Self.memory() - before < 120 << 20)
    }

    /// Follows from the head, asks for a zone, and hands what comes to `take` until that gives back false.
    private static func consume(
        _ port: Int,
        node: String,
        zone: Int,
        buffer: Int?,
        _ take: (Int) async throws -> Bool
    ) async throws {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.socketOption(.so_rcvbuf), value: .init(buffer ?? 1 << 20))
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        try await channel.executeThenClose { inbound, outbound in
            var stream = inbound.makeAsyncIterator()
            var text = ""
            while !text.contains("\n"), let octets = try await stream.next() { text += String(buffer: octets) }
            let epoch = text.split(separator: " ").first { $0.hasPrefix("epoch=") } ?? ""
            try await outbound.write(ByteBuffer(string: "HELLO node=\(node)\n"))
            while !text.contains("+OK hello"), let octets = try await stream.next() { text += String(buffer: octets) }
            try await outbound.write(ByteBuffer(string: "FOLLOW \(epoch) from=1 window=65536\n"))
            while !text.contains("+OK resume"), let octets = try await stream.next() { text += String(buffer: octets) }
            try await outbound.write(ByteBuffer(string: "WANT zone=large\(zone).example.\n"))
            while let octets = try await stream.next() {
                guard try await take(octets.readableBytes) else { return }
            }
            throw ChannelError.eof
        }
    }

    private static func memory() throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") })
        return try #require(
            line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Int($0) }
        ) << 10
    }

    /// Octets that one or more consumers have read.
    private final class OctetsRead: Sendable {
        private let state = Mutex((octets: 0, readers: 0))

        var octets: Int { state.withLock { $0.octets } }
        var readers: Int { state.withLock { $0.readers } }

        func add(_ count: Int) {
            state.withLock { state in
                state.octets += count
                state.readers += 1
            }
        }
    }
}

/// The octets of a zone's records.
private enum SnapshotStoreSize {
    static func of(_ zone: Int64, in fixture: ZoneFixture) async throws -> Int {
        let rows = try await fixture.glue.query(
            "SELECT sum(octet_length(body))::bigint FROM distribution.rrset WHERE zone_id = \(zone)"
        )
        return try #require(rows.first).decode(0)
    }
}
