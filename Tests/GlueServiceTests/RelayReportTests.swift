// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Database
import Foundation
import Glibc
import Logging
import Postgres
import TestSupport
import Testing
import ZoneStore
import ZoneSync

@testable import GlueService

/// What followers behind relays report, and how it reaches the database.
@Suite struct RelayReportTests {
    @Test func countsReachTheDatabaseExactlyOnceWhoeverIsKilled() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("counted.example")
        let other = try await fixture.makeZone("other.example")
        let glue = try GlueProcess.start(fixture.database.glueURL)
        let first = try RelayProcess("relay-1", upstreams: [glue.streamPort])
        let second = try RelayProcess("relay-2", upstreams: [first.streamPort])
        try await second.ready()
        let queue = ReportQueue()
        let replica = try Replica(port: second.streamPort, reports: queue)
        let store = replica.store
        let day = UInt32(Date().timeIntervalSince1970 / 86_400)
        try await replica.following {
            #expect(try await eventually { try store.count() == 2 })
            var counted: [Int64: UInt64] = [zone: 0, other: 0]
            for round in 1...40 as ClosedRange<UInt64> {
                queue.add([UInt32(zone): round, UInt32(other): 1], day: day)
                counted[zone, default: 0] += round
                counted[other, default: 0] += 1
                replica.reportSoon()
                if round % 10 == 0 {
                    let relay = round % 20 == 0 ? first : second
                    try await relay.kill()
                    try relay.start()
                }
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(
                try await eventually {
                    replica.reportSoon()
                    return queue.isEmpty
                }
            )
            #expect(try await Self.counts(fixture) == counted)
            // Nothing is said to be kept while nobody keeps it.
            #expect(try await glue.daemon.stop() == 0)
            queue.add([UInt32(zone): 7], day: day)
            replica.reportSoon()
            try await first.daemon.waitForLog("not following")
            #expect(!queue.isEmpty)
            let again = try GlueProcess.start(fixture.database.glueURL, streamPort: glue.streamPort)
            #expect(
                try await eventually {
                    replica.reportSoon()
                    return queue.isEmpty
                }
            )
            counted[zone, default: 0] += 7
            #expect(try await Self.counts(fixture) == counted)
            let reporters = try await fixture.glue.query("SELECT DISTINCT node FROM analytics.reporter")
            #expect(try reporters.map { try $0.decode(0, as: String.self) } == ["replica"])
            #expect(try await again.daemon.stop() == 0)
        }
    }

    @Test func aNodeBehindRelaysIsShownWithWhereItStandsAndAnswers() async throws {
        let fixture = try await ZoneFixture.make()
        _ = try await fixture.makeZone("placed.example")
        let glue = try GlueProcess.start(fixture.database.glueURL)
        let first = try RelayProcess("relay-1", upstreams: [glue.streamPort])
        let second = try RelayProcess("relay-2", upstreams: [first.streamPort])
        try await second.ready()
        let replica = try Replica(port: second.streamPort, site: "ams1", address: "0.0.0.0:5300")
        try await replica.following {
            let isShown = try await eventually {
                let rows = try await fixture.glue.query(
                    "SELECT via, site, address FROM distribution.node WHERE name = 'replica' AND connected"
                )
                guard let row = rows.first else { return false }
                let shown: [String?] = [try row.decode(0), try row.decode(1), try row.decode(2)]
                return shown == ["relay-2", "ams1", "127.0.0.1:5300"]
            }
            #expect(isShown)
        }
        #expect(try await second.stop() == 0)
        #expect(try await first.stop() == 0)
        #expect(try await glue.daemon.stop() == 0)
    }

    @Test func aZoneThatARelayRefusesIsRefusedForAllBehindItAndReleased() async throws {
        let fixture = try await ZoneFixture.make()
        let poison = try await fixture.makeZone("poison.example")
        let sound = try await fixture.makeZone("sound.example")
        let (name, other) = (try Name(text: "poison.example."), try Name(text: "sound.example."))
        let quarantine = QuarantineStore(pool: fixture.glue)
        let glue = try GlueProcess.start(fixture.database.glueURL)
        let first = try RelayProcess("relay-1", upstreams: [glue.streamPort])
        let second = try RelayProcess("relay-2", upstreams: [first.streamPort])
        try await second.ready()
        let replica = try Replica(port: second.streamPort)
        let store = replica.store
        try await replica.following {
            #expect(try await eventually { try store.count() == 2 })
            let hash = try await fixture.poison(poison)
            try await fixture.add(poison, "mail", "A", "192.0.2.7")
            // The stream goes on, and who is behind the relay that refused has it no more than the relay.
            try await fixture.add(sound, "mail", "A", "192.0.2.8")
            #expect(try await eventually { try store.zone(named: other)?.version == 2 })
            #expect(try store.zone(named: name)?.version == 1)
            #expect(
                try await eventually {
                    try await Self.refusals(fixture) == [
                        "relay-1 poison.example", "relay-2 poison.example", "replica poison.example",
                    ]
                }
            )
            let reasons = try await fixture.glue.query(
                "SELECT reason FROM distribution.quarantine WHERE node = 'replica'"
            )
            let reason: String = try #require(reasons.first).decode(0)
            #expect(reason.hasPrefix("the relay relay-1 refused it: 422"), "\(reason)")

            // Who is filled by a relay that was started again has the version before, and that is seen.
            try await first.kill()
            try first.start()
            let late = try Replica(port: first.streamPort, name: "late")
            try await late.following {
                let isSeen = try await eventually {
                    try await Self.refusals(fixture) == [
                        "late poison.example", "relay-1 poison.example", "relay-2 poison.example",
                        "replica poison.example",
                    ]
                }
                #expect(isSeen)
                let held = try late.store.zone(named: name)?.version
                #expect(held == 1)
                #expect(try first.metric("follower_mismatches_total") == 0)
                try await fixture.heal(poison, name: "poison.example", hash: hash)
                #expect(try await eventually { try store.zone(named: name)?.version == 2 })
                #expect(try await eventually { try await quarantine.count() == 0 })
            }
        }
        #expect(try await second.stop() == 0)
        #expect(try await first.stop() == 0)
        #expect(try await glue.daemon.stop() == 0)
    }

    private static func counts(_ fixture: ZoneFixture) async throws -> [Int64: UInt64] {
        let rows = try await fixture.glue.query(
            "SELECT z.id, sum(d.volume)::bigint FROM analytics.zone_day AS d JOIN app.zone AS z ON z.name = d.zone_name GROUP BY z.id"
        )
        return Dictionary(
            uniqueKeysWithValues: try rows.map { (try $0.decode(0), UInt64(try $0.decode(1, as: Int64.self))) }
        )
    }

    private static func refusals(_ fixture: ZoneFixture) async throws -> [String] {
        let rows = try await fixture.glue.query(
            "SELECT node || ' ' || zone_name FROM distribution.quarantine ORDER BY node"
        )
        return try rows.map { try $0.decode(0) }
    }
}
