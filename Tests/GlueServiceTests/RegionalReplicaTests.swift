// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Database
import Logging
import NIOCore
import Postgres
import TestSupport
import Testing
import ZoneStore
import ZoneSync

@testable import GlueService

/// Followers of regions: each is told of the set hash that its region has, and is mended like any other.
@Suite(.timeLimit(.minutes(5)))
struct RegionalReplicaTests {
    private static let zones = ["example.com", "other.example", "third.example"]

    private static func makeZones(_ fixture: ZoneFixture) async throws -> [Int64] {
        var made: [Int64] = []
        for name in zones { made.append(try await fixture.makeZone(name)) }
        return made
    }

    /// The set hash of what a region has, from its records.
    private static func setHash(_ fixture: ZoneFixture, _ region: String) async throws -> Hash256 {
        var sum = Hash256.zero
        for name in zones {
            let body = try #require(try await SnapshotStore(pool: fixture.glue, region: region).zone(named: name))
            sum =
                sum
                &+ ZoneDigest.setMember(
                    ZoneSummary(
                        name: try Name(text: name + "."),
                        generation: UInt64(body.zone.id),
                        version: UInt64(body.zone.version),
                        serial: body.zone.serial,
                        hash: ZoneDigest.zone(try Assembled(body.rrsets ?? []).rrsets)
                    )
                )
        }
        return sum
    }

    @Test func theSumsOfARegionFollowTheLogAndAreReadAnewTheSame() async throws {
        let fixture = try await ZoneFixture.make()
        let zones = try await Self.makeZones(fixture)
        try await fixture.add(zones[0], "www", "192.0.2.10", ["AMS", "FRA"])
        try await fixture.publishAll()
        let tracker = SetHashTracker(pool: fixture.glue)
        // Followed from before the changes below, from the middle of them, and from behind them.
        #expect(try await tracker.checkpoint(of: "AMS")?.setHash == Self.setHash(fixture, "AMS"))
        try await fixture.add(zones[1], "only", "192.0.2.11", ["SYD", "AMS"])
        try await fixture.publishAll()
        #expect(try await tracker.checkpoint(of: "SYD")?.setHash == Self.setHash(fixture, "SYD"))
        try await fixture.add(zones[0], "mail", "A", "192.0.2.20")
        try await fixture.change(zones[1], names: ["only"]) { transaction in
            try await transaction.execute("UPDATE app.record SET regions = '{SYD}' WHERE name = 'only'")
        }
        try await fixture.setActive(zones[2], false)
        try await fixture.publishAll()
        try await fixture.setActive(zones[2], true)
        try await fixture.add(zones[2], "only", "192.0.2.12", ["FRA"])
        try await fixture.publishAll()
        var seen: Set<Hash256> = []
        for region in ["", "AMS", "SYD", "FRA", "ORD"] {
            let checkpoint = try #require(try await tracker.checkpoint(of: region))
            let expected = try await Self.setHash(fixture, region)
            #expect(checkpoint.setHash == expected, "\(region)")
            #expect(checkpoint.zones == 3)
            #expect(try await SetHashTracker(pool: fixture.glue).checkpoint(of: region) == checkpoint, "\(region)")
            let manifest = try await tracker.manifest(of: region)
            #expect(manifest.buckets.setHash == expected && manifest.buckets.zones == 3)
            seen.insert(expected)
        }
        // Each of the three has something of its own; ORD is like everywhere.
        #expect(seen.count == 4)
    }

    @Test func moreRegionsThanAreFollowedAtOnceTakeEachOthersPlaces() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        let regions = (0..<70).map { "R\($0)" }
        try await fixture.add(zone, "www", "192.0.2.10", regions)
        try await fixture.publishAll()
        let tracker = SetHashTracker(pool: fixture.glue)
        let expected = try #require(try await tracker.checkpoint(of: "R0")).setHash
        #expect(try await tracker.checkpoint(of: "")?.setHash != expected)
        for region in regions {
            let hash = try await tracker.checkpoint(of: region)?.setHash
            #expect(hash == expected, "\(region)")
            let again = try await tracker.checkpoint(of: "R0")?.setHash
            #expect(again == expected)
        }
        let followed = await tracker.followed
        #expect(followed.count == 64 && followed.isSuperset(of: ["R0", "R69"]))
    }

    @Test func aValueThatDiffersInOneRegionIsFoundAndMended() async throws {
        let fixture = try await ZoneFixture.make()
        let zones = try await Self.makeZones(fixture)
        try await fixture.add(zones[0], "www", "192.0.2.10", ["AMS"])
        try await fixture.add(zones[1], "www", "192.0.2.11", ["SYD"])
        try await fixture.publishAll()
        var configuration = OriginServer.Configuration(host: "127.0.0.1", port: 0, nodeName: "glue-test")
        configuration.checkpointInterval = .milliseconds(50)
        let server = try await OriginServer.bind(
            configuration,
            source: fixture.source(),
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        )
        let port = try #require(server.localAddress?.port)
        let regions = ["", "AMS", "SYD"]
        let replicas = try regions.map { try Replica(port: port, name: "node\($0)", region: $0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            defer { group.cancelAll() }
            try await replicas[0].following {
                try await replicas[1].following {
                    try await replicas[2].following {
                        try await Self.checkpointsFit(replicas, fixture)
                        let hashes = try replicas.map { try $0.store.setHash() }
                        #expect(Set(hashes).count == 3)
                        // Something else in one of them, in the very same version.
                        let name = try Name(text: "example.com.")
                        let store = replicas[1].store
                        let spoilt = try Self.spoilt(try #require(try store.contents(of: name)))
                        let outcomes = try store.apply([.overwrite(spoilt)], position: try store.position())
                        #expect(outcomes == [.applied])
                        // The next change brings the next checkpoint.
                        try await fixture.add(zones[2], "mail", "A", "192.0.2.20")
                        try await fixture.publishAll()
                        server.wake()
                        #expect(try await eventually { replicas[1].status.reconciliations == 1 })
                        try await Self.checkpointsFit(replicas, fixture)
                        #expect(replicas[1].status.mismatches == 1 && replicas[1].status.conflicts == 1)
                        #expect(replicas[0].status.mismatches + replicas[2].status.mismatches == 0)
                        let contents = try #require(try store.contents(of: name))
                        #expect(contents.rrsets.first { $0.type == .a }?.rdatas.count == 2)
                    }
                }
            }
        }
    }

    @Test func whoComesToAnotherRegionComparesInsteadOfTakingAllAnew() async throws {
        let fixture = try await ZoneFixture.make()
        let zones = try await Self.makeZones(fixture)
        try await fixture.add(zones[0], "www", "192.0.2.10", ["AMS"])
        try await fixture.add(zones[1], "www", "192.0.2.11", ["SYD"])
        try await fixture.publishAll()
        let server = try await OriginServer.bind(
            OriginServer.Configuration(host: "127.0.0.1", port: 0, nodeName: "glue-test"),
            source: fixture.source(),
            logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
        )
        let port = try #require(server.localAddress?.port)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            defer { group.cancelAll() }
            let first = try Replica(port: port, region: "AMS")
            try await first.following(keeping: true) {
                let isThere = try await eventually { first.status.isLive && first.status.position == 3 }
                #expect(isThere)
            }
            let second = try Replica(port: port, region: "SYD", after: first)
            try await second.following {
                #expect(try await eventually { second.status.isLive && second.status.position == 3 })
                #expect(second.status.reconciliations == 1 && second.status.conflicts == 0)
                // The zone that the two have alike was not sent.
                #expect(second.status.applied == 2)
                let expected = try await Self.setHash(fixture, "SYD")
                let held = try second.store.setHash()
                #expect(held == expected)
            }
        }
    }

    /// The zone with another address, in the same version.
    private static func spoilt(_ zone: ZoneContents) throws -> ZoneContents {
        let rrsets = zone.rrsets.map { rrset in
            guard rrset.type == .a else { return rrset }
            return RRset(owner: rrset.owner, type: .a, ttl: rrset.ttl, rdatas: [[192, 0, 2, 66]])
        }
        return ZoneContents(
            name: zone.name,
            generation: zone.generation,
            version: zone.version,
            serial: zone.serial,
            hash: ZoneDigest.zone(rrsets),
            rrsets: rrsets
        )
    }

    /// Waits until each replica holds what its region has, and a checkpoint said so.
    private static func checkpointsFit(_ replicas: [Replica], _ fixture: ZoneFixture) async throws {
        for (replica, region) in zip(replicas, ["", "AMS", "SYD"]) {
            let expected = try await setHash(fixture, region)
            let position = try await fixture.source().head().head
            #expect(
                try await eventually {
                    replica.status.verified?.setHash == expected && replica.status.verified?.position == position
                },
                "\(region) \(replica.status)"
            )
            let held = try replica.store.setHash()
            #expect(held == expected)
        }
    }
}
