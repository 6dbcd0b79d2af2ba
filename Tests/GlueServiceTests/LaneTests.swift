// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Logging
import Postgres
import TestSupport
import Testing
import ZoneSync

@testable import GlueService

/// Bulk work must not be before what people wait for: counted in changes, not in seconds.
@Suite struct LaneTests {
    @Test func anEditIsPublishedWhileAnImportOfManyZonesWaits() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("edited.example")
        try await fixture.publishAll()
        try await fixture.importZones(300)
        try await fixture.add(zone, "now", "A", "192.0.2.7")
        // One step of the publisher of lane 0 deals with the edit, and with nothing else.
        #expect(try await fixture.publisher(lanes: 0...0).publishBatch() == 1)
        #expect(try await fixture.published(zone)?.version == 2)
        #expect(try await OutboxStore(pool: fixture.glue).backlog().rows == 300)
        // A publisher of both deals with it first.
        try await fixture.add(zone, "soon", "A", "192.0.2.8")
        _ = try await fixture.publisher(batchSize: 10).publishBatch()
        #expect(try await fixture.published(zone)?.version == 3)
        _ = try await Sequencer(store: StreamStore(pool: fixture.glue)).run()
        let entries = try await StreamStore(pool: fixture.glue).entries(after: 1, limit: 3)
        #expect(entries.map(\.zoneName).prefix(2) == ["edited.example", "edited.example"])
    }

    @Test func aBoundedNumberOfBulkEntriesIsBeforeAnEdit() async throws {
        let fixture = try await ZoneFixture.make()
        try await fixture.logBulk(3_000)
        try await fixture.acknowledge("one", 0)
        let sequencer = Sequencer(store: StreamStore(pool: fixture.glue))
        #expect(try await sequencer.run() == Int(Sequencer.bulkAhead))
        // Nobody has acknowledged anything: nothing more, however often.
        #expect(try await sequencer.run() == 0)
        let zone = try await fixture.makeZone("edited.example")
        try await fixture.publisher(lanes: 0...0).publishEverything()
        #expect(try await sequencer.run() == 1)
        #expect(try await fixture.position(of: zone) == Sequencer.bulkAhead + 1)
        // What is acknowledged makes room for as much.
        try await fixture.acknowledge("one", 600)
        #expect(try await sequencer.run() == 599)
        try await fixture.acknowledge("one", Sequencer.bulkAhead + 600)
        #expect(try await sequencer.run() == Int(Sequencer.bulkAhead))
        let state = try await StreamStore(pool: fixture.glue).state()
        #expect(state.head == 2 * Sequencer.bulkAhead + 600)
    }

    @Test func aConsumerThatStandsStillHoldsUpNobodyWhileOthersGoOn() async throws {
        let fixture = try await ZoneFixture.make()
        try await fixture.logBulk(3_000)
        try await fixture.acknowledge("stalled", 0)
        try await fixture.acknowledge("swift", 0)
        let sequencer = Sequencer(store: StreamStore(pool: fixture.glue))
        #expect(try await sequencer.run() == Int(Sequencer.bulkAhead))
        try await fixture.acknowledge("swift", Sequencer.bulkAhead)
        try await fixture.glue.execute(
            "UPDATE distribution.node SET acked_at = now() - interval '10 seconds' WHERE name = 'stalled'"
        )
        #expect(try await sequencer.run() == Int(Sequencer.bulkAhead))
        // One that is away does not count at all.
        try await fixture.glue.execute("UPDATE distribution.node SET connected = false")
        while try await sequencer.run() > 0 {}
        #expect(try await StreamStore(pool: fixture.glue).state().head == 3_000)
    }

    @Test func anEditOfAZoneThatWaitsInTheBulkLaneTakesTheWaitingAlong() async throws {
        let fixture = try await ZoneFixture.make()
        try await fixture.logBulk(2_000)
        try await fixture.acknowledge("one", 0)
        let zone = try await fixture.makeZone("edited.example")
        try await fixture.glue.execute("UPDATE distribution.outbox SET lane = 1")
        try await fixture.publisher().publishEverything()
        try await fixture.add(zone, "now", "A", "192.0.2.7")
        try await fixture.publisher(lanes: 0...0).publishEverything()
        let sequencer = Sequencer(store: StreamStore(pool: fixture.glue))
        _ = try await sequencer.run()
        // Both have positions, in their order, before all the bulk.
        let entries = try await StreamStore(pool: fixture.glue).entries(after: 0, limit: 3)
        #expect(entries.map(\.zoneName).prefix(2) == ["edited.example", "edited.example"])
        #expect(entries[0].version == 1 && entries[1].version == 2 && entries[1].baseVersion == 1)
        #expect(entries[2].zoneName.hasPrefix("bulk"))
    }

    @Test func anImportUnderWayDoesNotDelayEdits() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("edited.example")
        try await fixture.publishAll()
        try await fixture.logBulk(20_000)
        // A consumer that is slow, and yet alive as long as the test lasts.
        try await fixture.acknowledge("slow", 0)
        try await fixture.glue.execute(
            "UPDATE distribution.node SET seen_at = now() + interval '1 hour', acked_at = now() + interval '1 hour'"
        )
        let glue = try GlueProcess.start(fixture.database.glueURL)
        let replica = try Replica(port: glue.streamPort)
        try await glue.ready()
        try await replica.following {
            for number in 0..<5 {
                try await fixture.add(zone, "now\(number)", "A", "192.0.2.\(number)")
                let version = Int64(number + 2)
                #expect(try await eventually { try await fixture.published(zone)?.version == version })
                #expect(try await eventually { try await fixture.position(of: zone) != nil })
                let position = try #require(try await fixture.position(of: zone))
                // The zone, the edits so far, and what may be on its way of the bulk work.
                #expect(position <= Sequencer.bulkAhead + version, "edit \(number)")
            }
            // And the import comes to its end when the slow consumer is gone.
            try await fixture.glue.execute("UPDATE distribution.node SET connected = false WHERE name = 'slow'")
            #expect(
                try await eventually {
                    let state = try await StreamStore(pool: fixture.glue).state()
                    return try await fixture.applied() == state.head && state.head == 20_006
                }
            )
        }
        try await glue.daemon.stop()
    }
}

extension ZoneFixture {
    /// Zones with a SOA record each, as an import leaves them to the publisher.
    fileprivate func importZones(_ count: Int) async throws {
        try await web.execute(
            """
            WITH zones AS (
                INSERT INTO app.zone (account_id, name)
                SELECT 1, 'bulk' || n || '.example' FROM generate_series(1, \(count)) AS n RETURNING id, name
            ), records AS (
                INSERT INTO app.record (zone_id, name, type, content, ttl, rdata)
                SELECT id, '', 'SOA', \(Self.soa), 3600, '' FROM zones
            )
            INSERT INTO distribution.outbox (zone_id, zone_name, version, op, lane, request_id)
            SELECT id, name, 1, 'P', 1, gen_random_uuid() FROM zones
            """
        )
    }

    /// Published bulk work without positions.
    fileprivate func logBulk(_ count: Int) async throws {
        try await glue.execute(
            """
            INSERT INTO distribution.log (lane, zone_id, zone_name, op, version, serial, hash)
            SELECT 1, 1000000 + n, 'bulk' || n || '.example', 'D', 1, 1, \([UInt8](repeating: 0, count: 32))
            FROM generate_series(1, \(count)) AS n
            """
        )
    }

    /// A connected consumer's acknowledgement.
    fileprivate func acknowledge(_ name: String, _ position: Int64) async throws {
        let report = NodeStore.Report(
            name: name,
            role: "responder",
            software: "",
            epoch: try await StreamStore(pool: glue).state().epoch,
            position: position,
            isConnected: true
        )
        try await NodeStore(pool: glue, origin: "tests").write([report])
    }

    /// The position of the zone's newest publication.
    fileprivate func position(of zone: Int64) async throws -> Int64? {
        let rows = try await glue.query(
            """
            SELECT l.pos FROM distribution.zone AS z JOIN distribution.log AS l ON l.id = z.log_id
            WHERE z.zone_id = \(zone)
            """
        )
        return try rows.first?.decode(0, as: Int64?.self) ?? nil
    }

    /// What the replica has acknowledged.
    fileprivate func applied() async throws -> Int64 {
        try await glue.query("SELECT acked FROM distribution.node WHERE name = 'replica'").first?.decode(0) ?? 0
    }
}

extension Publisher {
    /// Publishes until nothing waits in its lanes.
    fileprivate func publishEverything() async throws {
        while try await publishBatch() > 0 {}
    }
}
