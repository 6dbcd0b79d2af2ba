// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Database
import Glibc
import Logging
import Postgres
import TestSupport
import Testing
import ZoneStore
import ZoneSync

@testable import GlueService

@Suite struct QuarantineTests {
    @Test func aPoisonZoneIsWrittenDownSurvivesTheGlueAndIsReleased() async throws {
        let fixture = try await ZoneFixture.make()
        let poison = try await fixture.makeZone("poison.example")
        let sound = try await fixture.makeZone("sound.example")
        let name = try Name(text: "poison.example.")
        let other = try Name(text: "sound.example.")
        let quarantine = QuarantineStore(pool: fixture.glue)
        let glue = try GlueProcess.start(fixture.database.glueURL)
        try await glue.ready()
        let replica = try Replica(port: glue.streamPort)
        let store = replica.store
        try await replica.following {
            #expect(try await eventually { try store.zone(named: name)?.version == 1 })
            let hash = try await fixture.poison(poison)
            try await fixture.add(poison, "mail", "A", "192.0.2.7")
            #expect(try await eventually { try await quarantine.count() == 1 })
            try await fixture.add(sound, "mail", "A", "192.0.2.8")
            #expect(try await eventually { try store.zone(named: other)?.version == 2 })
            #expect(try store.zone(named: name)?.version == 1)
            #expect(try await quarantine.zones() == ["poison.example"])

            // What the glue wrote down is there although it could not say good-bye; and the node's return ends nothing.
            glue.daemon.signal(SIGKILL)
            _ = try await glue.daemon.waitForExit()
            let again = try GlueProcess.start(fixture.database.glueURL, streamPort: glue.streamPort)
            try await again.ready()
            try await fixture.add(sound, "web", "A", "192.0.2.9")
            #expect(try await eventually { try store.zone(named: other)?.version == 3 })
            #expect(try await quarantine.zones() == ["poison.example"])
            let ops = again.opsPort
            #expect(
                try await eventually {
                    try HTTPClient(port: ops).get("/metrics").text.contains("glue_refused_zones 1")
                }
            )

            // Mended, it is still refused until it is sent again.
            try await fixture.heal(poison, name: "poison.example", hash: hash)
            #expect(try await eventually { try store.zone(named: name)?.version == 2 })
            #expect(try await eventually { try await quarantine.count() == 0 })
            let checkpoint = try #require(try await fixture.source().checkpoint())
            #expect(try store.setHash() == checkpoint.setHash)
            #expect(try await again.daemon.stop() == 0)
        }
    }

    @Test func refusalsAreWrittenBeforeTheAcknowledgementsAfterThemAndAtABoundedRate() async throws {
        let fixture = try await ZoneFixture.make()
        _ = try await fixture.makeZone("example.com")
        try await fixture.publishAll()
        let book = RefusalBook(store: QuarantineStore(pool: fixture.glue))
        let store = QuarantineStore(pool: fixture.glue)
        var taken = 0
        let began = ContinuousClock.now
        for number in 0..<(3 * RefusalBook.rate) {
            let refusal = QuarantineStore.Refusal(
                node: "n\(number)",
                zoneName: "example.com",
                position: 1,
                code: 422,
                reason: ""
            )
            if book.refuse(refusal) { taken += 1 }
        }
        // As many as the seconds that this took allow.
        let seconds = Int((ContinuousClock.now - began).components.seconds) + 1
        #expect(taken >= RefusalBook.rate && taken <= seconds * RefusalBook.rate)
        book.begin("n0")
        try await book.flush()
        #expect(try await store.count() == Int64(taken) - 1)
    }
}
