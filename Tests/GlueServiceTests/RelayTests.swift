// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Database
import Foundation
import Glibc
import Logging
import Postgres
import Synchronization
import TestSupport
import Testing
import ZoneStore
import ZoneSync

@testable import GlueService

/// Something that one task says to another.
private final class Flag: Sendable {
    let isUp = Atomic<Bool>(false)
}

/// Chains of real processes: an origin over PostgreSQL, relays without one, and followers behind them.
@Suite struct RelayTests {
    @Test func changesGoThroughTwoRelaysAndAcknowledgementsComeBack() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        for number in 1...20 { _ = try await fixture.makeZone("z\(number).example") }
        let glue = try GlueProcess.start(fixture.database.glueURL)
        let first = try RelayProcess("relay-1", upstreams: [glue.streamPort])
        let second = try RelayProcess("relay-2", upstreams: [first.streamPort])
        try await glue.ready()
        try await first.ready()
        try await second.ready()
        let replica = try Replica(port: second.streamPort)
        let store = replica.store
        let name = try Name(text: "example.com.")
        try await replica.following {
            #expect(try await eventually { try store.count() == 21 })
            try await fixture.add(zone, "mail", "A", "192.0.2.7")
            #expect(try await eventually { try store.zone(named: name)?.version == 2 })
            let contents = try #require(try store.contents(of: name))
            #expect(contents.hash == ZoneDigest.zone(contents.rrsets))
            let gone = try await fixture.makeZone("gone.example")
            #expect(try await eventually { try store.count() == 22 })
            try await fixture.deleteZone(gone)
            #expect(try await eventually { try store.count() == 21 })
            let expected = try await Self.setHash(fixture)
            #expect(try store.setHash() == expected)
            // All three are seen in the database, each with who it is connected to.
            #expect(
                try await eventually {
                    try await Self.nodes(fixture) == [
                        "relay-1 relay  true at head", "relay-2 relay relay-1 true at head",
                        "replica responder relay-2 true at head",
                    ]
                }
            )
            #expect(try first.metric("glue_consumers") == 1)
            #expect(try first.metric("glue_consumers_behind_relays") == 1)
            #expect(
                try await eventually {
                    try HTTPClient(port: glue.opsPort).get("/metrics").text.contains("glue_consumers_behind_relays 2")
                }
            )

            // A relay that is lost takes all behind it with it; when it is back nobody takes anything again.
            try await first.kill()
            #expect(
                try await eventually {
                    try await Self.nodes(fixture).allSatisfy { $0.contains(" false ") }
                }
            )
            try await fixture.add(zone, "web", "A", "192.0.2.8")
            try first.start()
            #expect(try await eventually { try store.zone(named: name)?.version == 3 })
            #expect(
                try await eventually {
                    try await Self.nodes(fixture).allSatisfy { $0.hasSuffix(" true at head") }
                }
            )
            #expect(!first.daemon.log.contains("a snapshot begins"), "\(first.daemon.log)")
        }
        #expect(try await second.stop() == 0)
        #expect(try await first.stop() == 0)
        #expect(try await glue.daemon.stop() == 0)
    }

    @Test func aFollowerIsFilledWithoutTheOrigin() async throws {
        let fixture = try await ZoneFixture.make()
        let large = try await fixture.makeZone("large.example")
        try await fixture.change(large, names: nil) { transaction in
            // Above what is kept in memory for one consumer.
            try await transaction.execute(
                """
                INSERT INTO app.record (zone_id, name, type, content, ttl, rdata)
                SELECT \(large), 'host' || n, 'TXT', '"' || repeat('x', 200) || n || '"', 300,
                       convert_to('"' || repeat('x', 200) || n || '"', 'UTF8')
                FROM generate_series(1, 8000) AS n
                """
            )
        }
        for number in 1...300 { _ = try await fixture.makeZone("z\(number).example") }
        let glue = try GlueProcess.start(fixture.database.glueURL)
        let relay = try RelayProcess("relay", upstreams: [glue.streamPort])
        try await relay.ready()
        #expect(try await eventually { try relay.metric("replica_zones") == 301 })
        let expected = try await Self.setHash(fixture)
        #expect(try await glue.daemon.stop() == 0)
        let replica = try Replica(port: relay.streamPort)
        let store = replica.store
        try await replica.following {
            #expect(try await eventually { try store.setHash() == expected })
            let count = try store.count()
            #expect(count == 301)
        }
        // A relay that was never filled serves nobody.
        let empty = try RelayProcess("empty", upstreams: [try FreePort.next()])
        let hungry = try Replica(port: empty.streamPort)
        let held = hungry.store
        try await hungry.following {
            try await empty.daemon.waitForLog("not following")
            #expect(try HTTPClient(port: empty.opsPort).get("/readyz").status == 503)
            #expect(try held.position() == nil)
        }
        #expect(try await relay.stop() == 0)
        #expect(try await empty.stop() == 0)
    }

    @Test func aRelayIsKilledOverAndOverAndGoesToTheOtherOrigin() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        let one = try GlueProcess.start(fixture.database.glueURL, name: "glue-1")
        let two = try GlueProcess.start(fixture.database.glueURL, name: "glue-2")
        let relay = try RelayProcess("relay", upstreams: [one.streamPort, two.streamPort])
        try await relay.ready()
        let replica = try Replica(port: relay.streamPort)
        let store = replica.store
        let name = try Name(text: "example.com.")
        try await replica.following {
            #expect(try await eventually { try store.zone(named: name)?.version == 1 })
            let end = Flag()
            let made = try await withThrowingTaskGroup(of: UInt64.self) { group in
                group.addTask {
                    var made: UInt64 = 0
                    while !end.isUp.load(ordering: .relaxed) {
                        made += 1
                        try await fixture.add(zone, "host\(made)", "A", "192.0.2.1")
                    }
                    return made
                }
                for _ in 0..<4 {
                    let before = try store.zone(named: name)?.version ?? 0
                    try await relay.kill()
                    try relay.start()
                    #expect(try await eventually { try store.zone(named: name)?.version ?? 0 > before })
                }
                end.isUp.store(true, ordering: .relaxed)
                return try await group.next() ?? 0
            }
            #expect(try await eventually { try store.zone(named: name)?.version == made + 1 })
            #expect(!relay.daemon.log.contains("a snapshot begins"), "\(relay.daemon.log)")
            #expect(try await one.daemon.stop() == 0)
            try await fixture.add(zone, "last", "A", "192.0.2.99")
            #expect(try await eventually { try store.zone(named: name)?.version == made + 2 })
            let expected = try await Self.setHash(fixture)
            #expect(try store.setHash() == expected)
            #expect(
                try await eventually {
                    try await fixture.glue.first("SELECT origin FROM distribution.node WHERE name = 'replica'")?
                        .decode(0) == "glue-2"
                }
            )
        }
        #expect(try await relay.stop() == 0)
        #expect(try await two.daemon.stop() == 0)
    }

    @Test func anotherHistoryGoesThroughTheChain() async throws {
        let fixture = try await ZoneFixture.make()
        for number in 1...30 { _ = try await fixture.makeZone("z\(number).example") }
        let glue = try GlueProcess.start(fixture.database.glueURL)
        let first = try RelayProcess("relay-1", upstreams: [glue.streamPort])
        let second = try RelayProcess("relay-2", upstreams: [first.streamPort])
        try await second.ready()
        let replica = try Replica(port: second.streamPort)
        let store = replica.store
        let superuser = try fixture.database.pool(.superuser, size: 1)
        try await replica.following {
            #expect(try await eventually { try store.count() == 30 })
            #expect(try store.position()?.epoch.hasSuffix(":0") == true)
            try await superuser.execute("UPDATE distribution.stream SET restore_counter = restore_counter + 1")
            _ = try await fixture.makeZone("after.example")
            #expect(try await eventually { try store.position()?.epoch.hasSuffix(":1") == true })
            #expect(try await eventually { try store.count() == 31 })
            let hash = try await Self.setHash(fixture)
            #expect(try store.setHash() == hash)
            #expect(
                try await eventually {
                    try await Self.nodes(fixture).allSatisfy { $0.hasSuffix(" true at head") }
                }
            )
        }
        #expect(try await second.stop() == 0)
        #expect(try await first.stop() == 0)
        #expect(try await glue.daemon.stop() == 0)
    }

    @Test func aFolderIsNeededAndHeldByOneProcess() async throws {
        let port = try FreePort.next()
        let without = try DaemonProcess("zonewright-glue", arguments: ["--upstream", "127.0.0.1:\(port)"])
        #expect(try await without.waitForExit() == 64)
        #expect(without.log.contains("replica-dir"))
        let relay = try RelayProcess("relay", upstreams: [port])
        try await relay.daemon.waitForLog("not following")
        let other = try DaemonProcess(
            "zonewright-glue",
            arguments: [
                "--upstream", "127.0.0.1:\(port)", "--replica-dir", relay.folder, "--listen", "127.0.0.1:0",
                "--ops-listen", "127.0.0.1:0",
            ]
        )
        #expect(try await other.waitForExit() == 69)
        #expect(other.log.contains("another relay or responder uses the folder"))
        #expect(try await relay.stop() == 0)
    }

    /// The set hash of everything that is published.
    private static func setHash(_ fixture: ZoneFixture) async throws -> Hash256 {
        let rows = try await fixture.glue.query(
            "SELECT name, zone_id, version, serial, hash FROM distribution.zone WHERE live"
        )
        return try rows.reduce(Hash256.zero) { sum, row in
            let serial: Int64 = try row.decode(3)
            let hash: [UInt8] = try row.decode(4)
            return sum
                &+ ZoneDigest.setMember(
                    ZoneSummary(
                        name: try Name(text: try row.decode(0, as: String.self) + "."),
                        generation: UInt64(try row.decode(1, as: Int64.self)),
                        version: UInt64(try row.decode(2, as: Int64.self)),
                        serial: UInt32(serial),
                        hash: try #require(Hash256(bytes: hash))
                    )
                )
        }
    }

    /// The nodes as the database has them.
    private static func nodes(_ fixture: ZoneFixture) async throws -> [String] {
        let rows = try await fixture.glue.query(
            """
            SELECT concat_ws(' ', name, role, coalesce(via, ''), connected::text,
                             CASE WHEN acked = head THEN 'at head' ELSE 'behind' END)
            FROM distribution.node, distribution.stream ORDER BY name
            """
        )
        return try rows.map { try $0.decode(0) }
    }
}
