// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import TestSupport
import Testing
import ZoneStore
import ZoneSync

@testable import GlueService

/// What a consumer gets that comes back: entries, or a comparison.
@Suite struct ReplayLimitTests {
    @Test(arguments: [(limit: 2, compares: true), (limit: 3, compares: false)])
    func whoIsFurtherBehindThanTheLimitCompares(limit: Int, compares: Bool) async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        for number in 1...3 { _ = try await fixture.makeZone("z\(number).example") }
        let glue = try GlueProcess.start(
            fixture.database.glueURL,
            options: ["--maximum-replay", "\(limit)"]
        )
        let first = try Replica(port: glue.streamPort)
        try await first.following(keeping: true) {
            let isThere = try await eventually { first.status.isLive && first.status.position == 4 }
            #expect(isThere)
        }
        #expect(first.status.snapshots == 1)
        for number in 1...3 {
            try await fixture.add(zone, "n\(number)", "A", "192.0.2.7")
            let version = Int64(1 + number)
            let isPublished = try await eventually { try await fixture.published(zone)?.version == version }
            #expect(isPublished)
        }
        let isSequenced = try await eventually { try await fixture.source().head().head == 7 }
        #expect(isSequenced)
        let second = try Replica(port: glue.streamPort, after: first)
        try await second.following {
            let isThere = try await eventually { second.status.isLive && second.status.position == 7 }
            #expect(isThere)
        }
        #expect(second.status.reconciliations == (compares ? 1 : 0))
        #expect(second.status.reconciled == (compares ? 1 : 0))
        #expect(second.status.snapshots == 0)
        let metrics = try HTTPClient(port: glue.opsPort).get("/metrics").text
        let count = compares ? 1 : 0
        for name in ["glue_manifests_total", "glue_manifest_listings_total", "glue_manifest_zones_total"] {
            #expect(metrics.contains("\n\(name) \(count)\n"), "\(name)")
        }
        #expect(metrics.contains("\nglue_snapshots_total 1\n"))
        #expect(metrics.contains("\nglue_snapshots_resumed_total 0\n"))
        #expect(try await glue.daemon.stop() == 0)
    }
}
