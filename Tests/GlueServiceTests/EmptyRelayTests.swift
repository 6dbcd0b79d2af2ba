// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import TestSupport
import Testing
import ZoneStore
import ZoneSync

@testable import GlueService

/// A relay of an installation that has no zones yet, or none any more.
@Suite struct EmptyRelayTests {
    @Test func aRelayIsReadyWithoutAnyZoneAndStaysSoWithoutItsOrigin() async throws {
        let fixture = try await ZoneFixture.make()
        let glue = try GlueProcess.start(fixture.database.glueURL)
        let relay = try RelayProcess("relay", upstreams: [glue.streamPort])
        try await relay.ready()
        #expect(try relay.metric("replica_zones") == 0)
        #expect(try relay.metric("replica_position") == 0)
        let replica = try Replica(port: relay.streamPort)
        let store = replica.store
        let name = try Name(text: "first.example.")
        try await replica.following {
            // It is live a moment before that is on its disk.
            #expect(try await eventually { try replica.status.isLive && store.position()?.position == 0 })
            // Nor does it need anything when it is started again.
            #expect(try await glue.daemon.stop() == 0)
            try await relay.kill()
            try relay.start()
            try await relay.ready()
            #expect(try await eventually { replica.status.isLive })
            // The first zone ever goes through.
            let again = try GlueProcess.start(fixture.database.glueURL, streamPort: glue.streamPort)
            let zone = try await fixture.makeZone("first.example")
            #expect(try await eventually { try store.zone(named: name)?.version == 1 })
            #expect(try await eventually { try relay.metric("replica_zones") == 1 })
            // And so does its end: the relay is empty again, at a position.
            try await fixture.deleteZone(zone)
            #expect(try await eventually { try store.count() == 0 && store.position()?.position == 2 })
            #expect(try await eventually { try relay.metric("replica_filling") == 0 })
            #expect(try await again.daemon.stop() == 0)
        }
        let late = try Replica(port: relay.streamPort, name: "late")
        try await late.following {
            let isThere = try await eventually { late.status.isLive && late.status.position == 2 }
            #expect(isThere)
        }
        #expect(try await relay.stop() == 0)
    }
}
