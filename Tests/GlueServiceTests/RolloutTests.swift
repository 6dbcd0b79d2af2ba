// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Database
import Postgres
import Synchronization
import TestSupport
import Testing
import ZoneStore

@testable import GlueService

/// A roll-out by way of a canary site: a real glue, and a canary whose answers the test decides.
@Suite struct RolloutTests {
    /// What the canary answers.
    private final class Canary: Sendable {
        let server: ScriptedNameServer
        let serial = Mutex<UInt32>(.max / 2)
        let rcode = Mutex<RCode?>(nil)
        let asked = Mutex(0)

        init() throws {
            server = try ScriptedNameServer { _, _ in nil }
            server.change { [self] query, _ in
                asked.withLock { $0 += 1 }
                var answer = query.response(rcode: rcode.withLock { $0 } ?? .noError)
                guard answer.rcode == .noError else { return answer }
                let line = "\(query.questions[0].name.text) 60 IN SOA a. b. \(serial.withLock { $0 }) 1 2 3 4"
                answer.answers = (try? ResourceRecord(line: line)).map { [$0] } ?? []
                return answer
            }
        }
    }

    private func start(
        _ fixture: ZoneFixture,
        _ canary: Canary,
        name: String = "glue-test",
        _ options: String...
    ) throws -> GlueProcess {
        try GlueProcess.start(
            fixture.database.glueURL,
            name: name,
            options: [
                "--canary-site", "lab", "--canary-address", "127.0.0.1:\(canary.server.port)", "--canary-wait", "200ms",
            ] + options
        )
    }

    @Test func changesGoOnOnlyWhenTheCanaryAnswersAsItShould() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        let canary = try Canary()
        let glue = try start(fixture, canary, "--canary-query", "canary.example/TXT")
        let first = try Replica(port: glue.streamPort, name: "lab1", site: "lab")
        let other = try Replica(port: glue.streamPort, name: "ams1", site: "ams")
        try await glue.ready()
        try await first.following {
            try await other.following {
                #expect(try await eventually { try other.serial("example.com.") == 7 })
                try await fixture.add(zone, "well", "A", "192.0.2.7")
                #expect(try await eventually { try other.has("well.example.com.") })
                #expect(canary.asked.withLock { $0 } >= 2)
                try await fixture.expectHeld(nil)

                // Answers that are wrong: the canary has the change, the others do not get it.
                canary.rcode.withLock { $0 = .serverFailure }
                try await fixture.add(zone, "bad", "A", "192.0.2.8")
                try await fixture.expectHeld("SERVFAIL")
                #expect(try await eventually { try first.has("bad.example.com.") })
                #expect(try !other.has("bad.example.com."))
                // A new one of another site gets nothing that is too new either.
                let fresh = try Replica(port: glue.streamPort, name: "fra1", site: "fra")
                try await fresh.following {
                    try await fixture.connected("fra1")
                    #expect(try fresh.serial("example.com.") == nil)
                    // Well again: it goes on by itself.
                    canary.rcode.withLock { $0 = nil }
                    #expect(try await eventually { try other.has("bad.example.com.") })
                    #expect(try await eventually { try fresh.has("bad.example.com.") })
                }
                try await fixture.expectHeld(nil)

                // An old serial; the operator lets it go, and what comes later waits again.
                canary.serial.withLock { $0 = 1 }
                try await fixture.add(zone, "old", "A", "192.0.2.9")
                try await fixture.expectHeld("has serial 1")
                #expect(try !other.has("old.example.com."))
                #expect(try await RolloutStore(pool: fixture.glue).release() == 1)
                #expect(try await eventually { try other.has("old.example.com.") })
                try await fixture.add(zone, "later", "A", "192.0.2.10")
                try await fixture.expectHeld("has serial 1")
                #expect(try !other.has("later.example.com."))
                #expect(try await StatusRepository(pool: fixture.glue).snapshot().rollout?.behind == 1)
            }
        }
        canary.server.stop()
        try await glue.daemon.stop()
    }

    @Test func anAbsentCanaryHoldsOrIsPassedOver() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        let canary = try Canary()
        let holding = try start(fixture, canary)
        let other = try Replica(port: holding.streamPort, name: "ams1", site: "ams")
        try await holding.ready()
        try await fixture.expectHeldOrOpen()
        try await other.following(keeping: true) {
            try await fixture.add(zone, "new", "A", "192.0.2.7")
            try await fixture.expectHeld("no responder of the canary site")
            #expect(try !other.has("new.example.com."))
        }
        try await holding.daemon.stop()
        let passing = try GlueProcess.start(
            fixture.database.glueURL,
            streamPort: holding.streamPort,
            options: ["--canary-site", "lab", "--canary-absence", "pass", "--canary-absent-after", "100ms"]
        )
        try await passing.ready()
        try await other.following {
            let isThere = try await eventually { try other.has("new.example.com.") }
            #expect(isThere)
        }
        try await passing.daemon.stop()
        canary.server.stop()
    }

    @Test func severalOriginsAgree() async throws {
        let fixture = try await ZoneFixture.make()
        let zone = try await fixture.makeZone("example.com")
        let canary = try Canary()
        let one = try start(fixture, canary)
        let two = try start(fixture, canary, name: "glue-two")
        let first = try Replica(port: one.streamPort, name: "lab1", site: "lab")
        let other = try Replica(port: two.streamPort, name: "ams1", site: "ams")
        try await one.ready()
        try await two.ready()
        try await first.following {
            try await other.following {
                #expect(try await eventually { try other.serial("example.com.") == 7 })
                canary.rcode.withLock { $0 = .refused }
                try await fixture.add(zone, "bad", "A", "192.0.2.8")
                try await fixture.expectHeld("REFUSED")
                #expect(try !other.has("bad.example.com."))
                canary.rcode.withLock { $0 = nil }
                #expect(try await eventually { try other.has("bad.example.com.") })
            }
        }
        canary.server.stop()
        try await one.daemon.stop()
        try await two.daemon.stop()
    }
}

extension ZoneFixture {
    /// Waits until the roll-out is held for a reason that contains this, or open.
    fileprivate func expectHeld(_ reason: String?) async throws {
        let isSo = try await eventually {
            let rollout = try await StatusRepository(pool: glue).snapshot().rollout
            return reason.map { rollout?.reason?.contains($0) ?? false } ?? (rollout?.reason == nil)
        }
        #expect(isSo, "\(reason ?? "open")")
    }

    /// Waits until an origin has looked at the roll-out.
    fileprivate func expectHeldOrOpen() async throws {
        #expect(try await eventually { try await StatusRepository(pool: glue).snapshot().rollout != nil })
    }

    /// Waits until a consumer is connected.
    fileprivate func connected(_ name: String) async throws {
        #expect(
            try await eventually {
                let nodes = try await StatusRepository(pool: glue).snapshot().nodes
                return nodes.contains { $0.name == name && $0.isConnected }
            }
        )
    }
}

extension Replica {
    /// The serial of a zone; nil when it is not there.
    fileprivate func serial(_ zone: String) throws -> UInt32? {
        try store.zone(named: try Name(text: zone, origin: .root))?.serial
    }

    /// Whether example.com has addresses at a name.
    fileprivate func has(_ name: String) throws -> Bool {
        let owner = try Name(text: name, origin: .root)
        let contents = try store.contents(of: try Name(text: "example.com.", origin: .root))
        return contents?.rrsets.contains { $0.owner == owner } ?? false
    }
}
