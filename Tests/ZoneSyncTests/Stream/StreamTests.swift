// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import DNSWire
import Synchronization
import Testing
import ZoneStore
import ZoneSync

@Suite(.timeLimit(.minutes(5)))
struct StreamTests {
    @Test("A new follower gets all zones, then each change as it is made")
    func snapshotThenLive() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let source = MemorySource()
        for number in 1...30 {
            try source.publish(ZoneFixture("z\(number).example.", generation: UInt64(number)))
        }
        try await withOrigin(source) { server, upstream in
            try await withFollower(store, [upstream]) { client in
                try await eventually { client.status.position == 30 && client.status.zones == 30 }
                let changed = ZoneFixture("z7.example.", generation: 7, version: 2, hosts: [("www", "192.0.2.7")])
                try source.publish(changed)
                server.wake()
                try await eventually { client.status.position == 31 }
                try source.publish(ZoneFixture("new.example.", generation: 99))
                source.delete("z1.example.")
                server.wake()
                try await eventually { client.status.position == 33 }
                #expect(client.status.zones == 30)
                #expect(client.status.refused == 0)
            }
        }
        #expect(try store.setHash() == source.setHash)
        #expect(try store.position() == StreamPosition(epoch: "one", position: 33))
        #expect(try store.zone(named: Name(text: "z7.example."))?.version == 2)
        #expect(try store.zone(named: Name(text: "z1.example.")) == nil)
    }

    @Test("A follower that was away resumes where it stopped, without a snapshot")
    func resume() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let source = MemorySource()
        try source.publish(ZoneFixture("a.example."))
        try await withOrigin(source) { _, upstream in
            try await withFollower(store, [upstream]) { client in
                try await eventually { client.status.position == 1 }
            }
            var last = ZoneFixture("a.example.")
            for version in 2...200 as ClosedRange<UInt64> {
                last = ZoneFixture("a.example.", version: version, hosts: [("www", "192.0.2.\(version % 250)")])
                try source.publish(last)
            }
            try await withFollower(store, [upstream]) { client in
                try await eventually { client.status.position == 200 }
                #expect(client.status.refused == 0)
            }
            #expect(try store.zone(named: Name(text: "a.example."))?.hash == last.hash)
        }
        #expect(source.state.withLock { $0.snapshots } == 1)
        #expect(try store.setHash() == source.setHash)
    }

    @Test("A follower behind the entries that are kept gets a snapshot, deletions included")
    func belowFloor() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let source = MemorySource()
        try source.publish(ZoneFixture("a.example."))
        try source.publish(ZoneFixture("b.example.", generation: 2))
        try await withOrigin(source) { _, upstream in
            try await withFollower(store, [upstream]) { client in
                try await eventually { client.status.position == 2 }
            }
            source.delete("a.example.")
            try source.publish(ZoneFixture("c.example.", generation: 3))
            source.prune()
            try await withFollower(store, [upstream]) { client in
                try await eventually { client.status.position == 4 }
            }
        }
        #expect(source.state.withLock { $0.snapshots } == 2)
        #expect(try store.setHash() == source.setHash)
        #expect(try store.zone(named: Name(text: "a.example.")) == nil)
    }

    @Test("When the epoch changes under a connected follower the two sides agree again")
    func epochChange() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let source = MemorySource()
        for number in 1...5 as ClosedRange<UInt64> {
            try source.publish(ZoneFixture("z\(number).example.", generation: number, version: 9))
        }
        try await withOrigin(source) { server, upstream in
            try await withFollower(store, [upstream]) { client in
                try await eventually { client.status.position == 5 }
                let restored = [
                    ZoneFixture("z1.example.", generation: 1, version: 4),
                    ZoneFixture("other.example.", generation: 2),
                ]
                source.restore(epoch: "two", zones: restored, position: 3)
                try await eventually { client.status.epoch == "two" && client.status.position == 3 }
                #expect(try store.setHash() == source.setHash)
                try source.publish(ZoneFixture("z1.example.", generation: 1, version: 5))
                server.wake()
                try await eventually { client.status.position == 4 }
            }
        }
        #expect(try store.setHash() == source.setHash)
    }

    @Test("A poison zone is quarantined and reported; everything else flows; a good version releases it")
    func poison() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let source = MemorySource()
        try source.publish(ZoneFixture("a.example."))
        try await withOrigin(source) { server, upstream in
            try await withFollower(store, [upstream]) { client in
                try await eventually { client.status.position == 1 }
                var poison = ZoneFixture("a.example.", version: 2, hosts: [("www", "192.0.2.1")])
                poison.falseHash = .zero
                try source.publish(poison)
                try source.publish(ZoneFixture("b.example.", generation: 2))
                server.wake()
                try await eventually { client.status.position == 3 }
                #expect(client.status.quarantined.keys.sorted() == ["a.example."])
                #expect(try store.zone(named: Name(text: "a.example."))?.version == 1)
                try await eventually {
                    source.events.contains {
                        if case .refused(2, "a.example.", 460, _) = $0 { true } else { false }
                    }
                }
                try source.publish(ZoneFixture("a.example.", version: 3), difference: false)
                server.wake()
                try await eventually { client.status.quarantined.isEmpty && client.status.position == 4 }
            }
        }
        #expect(try store.setHash() == source.setHash)
    }

    @Test("The origin hears of connections and of acknowledgements in their order")
    func reports() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let source = MemorySource()
        try source.publish(ZoneFixture("a.example."))
        try await withOrigin(source) { server, upstream in
            try await withFollower(store, [upstream]) { client in
                try await eventually { client.status.position == 1 }
                try source.publish(ZoneFixture("a.example.", version: 2))
                server.wake()
                try await eventually { source.events.last == .acknowledged(epoch: "one", position: 2) }
            }
            try await eventually { source.events.last == .disconnected }
        }
        let events = source.events
        #expect(events.first == .connected(epoch: "one", position: 0))
        #expect(events.count { $0 == .disconnected } == 1)
    }

    @Test("Set hashes are compared, and a replica that differs is mended")
    func mending() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let source = MemorySource()
        let zone = ZoneFixture("a.example.", version: 5)
        try source.publish(zone)
        source.state.withLock { $0.servesCheckpoints = true }
        // What the position says was applied is not there.
        _ = try store.apply([], position: StreamPosition(epoch: "one", position: 1))
        try await withOrigin(source) { _, upstream in
            try await withFollower(store, [upstream]) { client in
                try await eventually { client.status.zones == 1 }
                #expect(client.status.mismatches == 1)
            }
        }
        #expect(try store.setHash() == source.setHash)
    }

    @Test("A source that cannot be read for a while stops nothing for good")
    func brokenSource() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let source = MemorySource()
        try source.publish(ZoneFixture("a.example."))
        try await withOrigin(source) { server, upstream in
            try await withFollower(store, [upstream]) { client in
                try await eventually { client.status.position == 1 }
                source.state.withLock { $0.isBroken = true }
                try source.publish(ZoneFixture("b.example.", generation: 2))
                server.wake()
                source.state.withLock { $0.isBroken = false }
                // Nobody wakes the server again: its own look at the head finds the entry.
                try await eventually { client.status.position == 2 }
                #expect(client.status.connections == 1)
            }
        }
    }

    @Test("A drained origin sends its followers to the next address")
    func drain() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let source = MemorySource()
        try source.publish(ZoneFixture("a.example."))
        try await withOrigin(source) { one, first in
            try await withOrigin(source) { other, second in
                try await withFollower(store, [first, second]) { client in
                    try await eventually { client.status.position == 1 }
                    #expect(client.status.upstream == first.description)
                    one.drain()
                    try await eventually { client.status.upstream == second.description && client.status.isLive }
                    try source.publish(ZoneFixture("b.example.", generation: 2))
                    other.wake()
                    try await eventually { client.status.position == 2 }
                }
            }
        }
    }

    @Test("A zone of many thousand records goes through whole")
    func largeZone() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let source = MemorySource()
        var zone = ZoneFixture("large.example.")
        for number in 0..<20_000 {
            for host in 1...3 { zone.lines.append("h\(number).large.example. 300 IN A 192.0.2.\(host)") }
        }
        try source.publish(zone)
        try await withOrigin(source) { _, upstream in
            try await withFollower(store, [upstream]) { client in
                try await eventually { client.status.position == 1 && client.status.zones == 1 }
                #expect(client.status.refused == 0)
            }
        }
        #expect(try store.setHash() == source.setHash)
    }
}
