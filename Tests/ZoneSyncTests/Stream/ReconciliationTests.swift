// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Synchronization
import Testing
import ZoneStore
import ZoneSync

/// Replicas that are compared with their origin instead of taking everything anew.
@Suite(.timeLimit(.minutes(5)))
struct ReconciliationTests {
    private static func zones(_ numbers: ClosedRange<Int>, version: UInt64 = 1) -> [ZoneFixture] {
        numbers.map { number in
            ZoneFixture(
                "z\(number).example.",
                generation: UInt64(number),
                version: version,
                hosts: [("www", "192.0.2.\(number % 250)")]
            )
        }
    }

    private func source(_ count: Int) throws -> MemorySource {
        let source = MemorySource()
        source.state.withLock { $0.servesManifest = true }
        for zone in Self.zones(1...count) { try source.publish(zone) }
        return source
    }

    private func fetched(_ source: MemorySource) -> [String] { source.state.withLock { $0.fetched.sorted() } }

    @Test("After a change of the epoch only what differs is sent, and what is gone is deleted; then changes flow")
    func epochChange() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let source = try source(300)
        try await withOrigin(source) { server, upstream in
            try await withFollower(store, [upstream]) { client in
                try await eventually { client.status.position == 300 && client.status.isLive }
                // Another history: one zone was changed less often there, one has the same version and other contents,
                // one is missing, one is in another life, one is new.
                var restored = Self.zones(1...300)
                restored[9] = ZoneFixture("z10.example.", generation: 10, version: 1, hosts: [("other", "192.0.2.1")])
                restored[19] = ZoneFixture("z20.example.", generation: 900)
                restored.remove(at: 29)
                restored.append(ZoneFixture("new.example.", generation: 901))
                try source.publish(ZoneFixture("z5.example.", generation: 5, version: 7))
                server.wake()
                try await eventually { client.status.position == 301 }
                source.restore(epoch: "two", zones: restored, position: 40)
                try await eventually { client.status.epoch == "two" && client.status.position == 40 }
                try source.publish(ZoneFixture("z1.example.", generation: 1, version: 2))
                server.wake()
                try await eventually { client.status.position == 41 }
                #expect(client.status.reconciliations == 1 && client.status.refused == 0)
                // Another history may have other contents in a version that is held.
                #expect(client.status.conflicts == 0)
            }
        }
        #expect(fetched(source) == ["new.example.", "z10.example.", "z20.example.", "z5.example."])
        #expect(source.state.withLock { $0.snapshots } == 1)
        #expect(try store.setHash() == source.setHash)
        #expect(try store.position() == StreamPosition(epoch: "two", position: 41))
        #expect(try store.verifySetHash())
    }

    @Test("A follower below the floor, or too far behind, is compared as well", arguments: [false, true])
    func farBehind(isPruned: Bool) async throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let source = try source(100)
        try await withOrigin(source) { _, upstream in
            try await withFollower(store, [upstream]) { client in
                try await eventually { client.status.position == 100 && client.status.isLive }
            }
        }
        for version in 2...30 as ClosedRange<UInt64> {
            try source.publish(ZoneFixture("z7.example.", generation: 7, version: version))
        }
        source.delete("z8.example.")
        if isPruned { source.prune() }
        try await withOrigin(source, maximumReplay: 20) { _, upstream in
            try await withFollower(store, [upstream]) { client in
                try await eventually { client.status.position == 130 && client.status.isLive }
            }
        }
        #expect(fetched(source) == ["z7.example."])
        #expect(source.state.withLock { $0.snapshots } == 1)
        #expect(try store.setHash() == source.setHash)
    }

    @Test("A replica whose set hash differs is mended at once: one zone is sent, and the connection after it is live")
    func mending() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let source = try source(200)
        source.state.withLock { $0.servesCheckpoints = true }
        try await withOrigin(source) { _, upstream in
            try await withFollower(store, [upstream]) { client in
                try await eventually { client.status.position == 200 && client.status.agreements > 0 }
            }
            // One zone that is not the origin's, though its version is greater, one too many and one that is missing.
            let held = try [
                ZoneFixture("z9.example.", generation: 9, version: 99), ZoneFixture("odd.example.", generation: 999),
            ].map { ZoneOperation.replace(try ZoneFixture.contents($0)) }
            let lost = ZoneOperation.delete(name: try Name(text: "z11.example."), generation: 11, version: 9)
            _ = try store.apply(held + [lost], position: nil)
            try await withFollower(store, [upstream]) { client in
                try await eventually { client.status.agreements > 0 && client.status.isLive }
                #expect(client.status.mismatches == 1 && client.status.reconciliations == 1)
            }
        }
        #expect(fetched(source) == ["z11.example.", "z9.example."])
        #expect(source.state.withLock { $0.snapshots } == 1)
        #expect(try store.setHash() == source.setHash)
    }

    @Test("What is published while a follower reconciles reaches it afterwards")
    func publishedMeanwhile() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let source = try source(400)
        try await withOrigin(source) { server, upstream in
            try await withFollower(store, [upstream]) { client in
                try await eventually { client.status.position == 400 && client.status.isLive }
            }
            source.restore(epoch: "two", zones: Self.zones(1...400, version: 2), position: 400)
            try await withFollower(store, [upstream], window: 65_536) { client in
                try await eventually { client.status.reconciliations == 1 }
                for version in 3...40 as ClosedRange<UInt64> {
                    for zone in Self.zones(Int(version)...Int(version) + 1, version: version) {
                        try source.publish(zone)
                        server.wake()
                    }
                }
                source.delete("z300.example.")
                try source.publish(ZoneFixture("late.example.", generation: 1_000))
                server.wake()
                let head = try await source.head().head
                try await eventually { client.status.position == head && client.status.isLive }
                #expect(client.status.refused == 0)
            }
        }
        #expect(try store.setHash() == source.setHash)
    }

    @Test("Cut off anywhere, a reconciliation goes on with what is missing, and ends equal", arguments: [1, 2, 3, 4])
    func cutOff(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let source = try source(400)
        try await withOrigin(source) { _, upstream in
            try await withFollower(store, [upstream]) { client in
                try await eventually { client.status.position == 400 && client.status.isLive }
            }
            var restored = Self.zones(1...300, version: 2)
            restored += Self.zones(500...600)
            source.restore(epoch: "two", zones: restored, position: 7)
            let cuts = 6
            let generator = Mutex(SeededGenerator(seed: seed))
            // Sums take 24 KB, the listing 50 KB, the zones 150 KB.
            try await withCuttingProxy(upstream) { connection in
                connection > cuts ? nil : generator.withLock { Int.random(in: 0..<150_000, using: &$0) }
            } _: { near, _ in
                try await withFollower(store, [near], window: 65_536) { client in
                    try await eventually { client.status.isLive && client.status.position == 7 }
                    #expect(client.status.failures >= 1)
                }
            }
        }
        #expect(try store.position() == StreamPosition(epoch: "two", position: 7))
        #expect(try store.setHash() == source.setHash)
        // Each zone once, but for what was under way when a connection was cut: a window at most.
        #expect(fetched(source).count <= 401 + 6 * 190 && Set(fetched(source)).count == 401)
    }

    @Test("A zone that cannot be had is refused, stays as it is held, and the rest is adopted")
    func poison() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let source = try source(20)
        try await withOrigin(source) { _, upstream in
            try await withFollower(store, [upstream]) { client in
                try await eventually { client.status.position == 20 && client.status.isLive }
                var restored = Self.zones(1...20)
                restored[3] = ZoneFixture("z4.example.", generation: 4, version: 1, hosts: [("other", "192.0.2.1")])
                restored[3].falseHash = .zero
                restored[4] = ZoneFixture("z5.example.", generation: 5, version: 2)
                source.restore(epoch: "two", zones: restored, position: 9)
                try await eventually { client.status.epoch == "two" && client.status.position == 9 }
                #expect(client.status.quarantined.keys.sorted() == ["z4.example."])
                try await eventually {
                    source.events.contains {
                        if case .refused(9, "z4.example.", 460, _) = $0 { true } else { false }
                    }
                }
            }
        }
        #expect(try store.contents(of: Name(text: "z4.example."))?.hash == Self.zones(4...4)[0].hash)
        #expect(try store.zone(named: Name(text: "z5.example."))?.version == 2)
    }

    @Test("A follower that cannot reconcile gets a snapshot from an origin that could")
    func oldFollower() async throws {
        let source = try source(3)
        source.prune()
        try await withOrigin(source) { _, upstream in
            let received = try await conversation(upstream, ["HELLO node=old", "FOLLOW epoch=one from=1", "QUIT"])
            #expect(received.first?.contains(" caps=diff,manifest") == true)
            #expect(received.contains { $0.hasPrefix("+OK snapshot epoch=one at=3 zones=3") })
            #expect(received.contains { $0.hasPrefix("ZONE zone=z1.example.") })
        }
    }

    @Test("An origin without zones empties nobody that could reconcile")
    func emptyOrigin() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let source = try source(5)
        try await withOrigin(source) { _, upstream in
            try await withFollower(store, [upstream]) { client in
                try await eventually { client.status.position == 5 && client.status.isLive }
                source.restore(epoch: "two", zones: [], position: 0)
                let failures = client.status.failures
                try await eventually { client.status.failures > failures + 2 }
                #expect(client.status.zones == 5)
                source.restore(epoch: "three", zones: Self.zones(1...4), position: 1)
                try await eventually { client.status.epoch == "three" && client.status.position == 1 }
            }
        }
        #expect(try store.count() == 4)
    }
}
