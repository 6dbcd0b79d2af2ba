// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Database
import Domain
import Foundation
import Logging
import Postgres
import TestSupport
import Testing
import ZoneStore
import ZoneSync

@Suite struct GlueDaemonTests {
    @Test func publishingThatIsSwitchedOffLosesNothing() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        let flags = FlagStore(pool: try fixture.database.pool(.operator, size: 1))
        try await flags.set(.publication, for: .everybody, share: 0)
        let glue = try GlueProcess.start(fixture.database.glueURL)
        try await glue.ready()
        try await fixture.add(zone, "mail", "A", "192.0.2.7")
        // Gauges are read every five seconds, publishers look every quarter of one.
        #expect(
            try await eventually {
                try HTTPClient(port: glue.opsPort).get("/metrics").text.contains("glue_outbox_rows 2")
            }
        )
        #expect(try await fixture.published(zone) == nil)
        #expect(try HTTPClient(port: glue.opsPort).get("/metrics").text.contains("glue_publication_on 0"))
        try await flags.unset(.publication, for: nil)
        #expect(try await eventually { try await fixture.published(zone)?.version == 2 })
        #expect(try await OutboxStore(pool: fixture.glue).backlog().rows == 0)
        #expect(try await glue.daemon.stop() == 0)
    }

    @Test func aChangeReachesAReplicaAndIsAcknowledged() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        let glue = try GlueProcess.start(fixture.database.glueURL)
        try await glue.ready()
        let replica = try Replica(port: glue.streamPort)
        let store = replica.store
        let name = try Name(text: "example.com.", origin: nil)
        try await replica.following {
            #expect(try await eventually { try store.zone(named: name)?.version == 1 })
            try await fixture.add(zone, "mail", "A", "192.0.2.7")
            #expect(try await eventually { try store.zone(named: name)?.version == 2 })
            let contents = try #require(try store.contents(of: name))
            #expect(contents.hash == ZoneDigest.zone(contents.rrsets))
            #expect(contents.rrsets.contains { $0.owner.text == "mail.example.com." })
            #expect(
                try await eventually {
                    let row = try await fixture.glue.first(
                        """
                        SELECT acked = head AND connected FROM distribution.node, distribution.stream
                        WHERE name = 'replica' AND origin = 'glue-test'
                        """
                    )
                    return try row?.decode(0) ?? false
                }
            )
            // The database ends all sessions of the glue, as a restart does.
            let superuser = try fixture.database.pool(.superuser, size: 1)
            _ = try await superuser.query(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE usename = 'zonewright_glue' AND datname = current_database()
                    AND application_name = 'zonewright-glue'
                """
            )
            try await fixture.setActive(zone, false)
            #expect(try await eventually { try store.zone(named: name) == nil })
            let metrics = try HTTPClient(port: glue.opsPort).get("/metrics").text
            #expect(metrics.contains("glue_zones_published_total{lane=\"interactive\"} 3"))
        }
        #expect(try await glue.daemon.stop() == 0)
        let connected = try await fixture.glue.query("SELECT FROM distribution.node WHERE connected")
        #expect(connected.isEmpty)
    }

    @Test func aDatabaseWithoutSchemaIsReportedAndWaitedFor() async throws {
        let database = try await TestDatabase.makeEmpty()
        let glue = try GlueProcess.start(database.glueURL)
        let expected =
            "the database is at version 0, this release needs \(Migration.latestVersion): run zonewright migrate"
        try await glue.daemon.waitForLog(expected)
        let answer = try HTTPClient(port: glue.opsPort).get("/readyz")
        #expect(answer.status == 503)
        #expect(answer.text.contains(expected))
        try await Migrator(configuration: database.configuration(.operator), logger: Logger(label: "tests")).migrate()
        try await glue.ready()
        #expect(try await glue.daemon.stop() == 0)
    }

    @Test func anAddressInUseEndsItWithAClearMessage() async throws {
        let database = try await TestDatabase.make()
        let first = try GlueProcess.start(database.glueURL)
        try await first.ready()
        let second = try GlueProcess.start(database.glueURL, streamPort: first.streamPort)
        #expect(try await second.daemon.waitForExit() == 69)
        #expect(second.daemon.log.contains("127.0.0.1:\(first.streamPort)"))
        #expect(try await first.daemon.stop() == 0)
    }

    @Test func aDatabaseURLThatMakesNoSenseIsAConfigurationError() async throws {
        let glue = try GlueProcess.start("mysql://localhost/zonewright")
        #expect(try await glue.daemon.waitForExit() == 64)
        #expect(glue.daemon.log.contains("database-url"))
    }
}
