// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import DNSText
import Synchronization
import Testing
import ZoneStore
import ZoneSync

/// Snapshots that are cut off.
@Suite(.timeLimit(.minutes(5)))
struct SnapshotResumptionTests {
    private func source(_ count: Int) throws -> MemorySource {
        let source = MemorySource()
        for number in 1...count {
            try source.publish(
                ZoneFixture(
                    "z\(number).example.",
                    generation: UInt64(number),
                    hosts: (0..<8).map { ("h\($0)", "192.0.2.\(number % 250)") }
                )
            )
        }
        return source
    }

    @Test(
        "Cut off at random places again and again, a snapshot ends equal and each chunk is sent about once",
        arguments: [1, 2, 3]
    )
    func cuts(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let source = try source(1_000)
        let generator = Mutex(SeededGenerator(seed: seed))
        try await withOrigin(source) { _, upstream in
            // The whole is about 550 KB, a chunk 16 KB.
            let whole = try await withCuttingProxy(upstream) { _ in
                nil
            } _: { near, passed in
                let other = try folder.store("uncut")
                try await withFollower(other, [near], node: "uncut", window: 65_536) { client in
                    try await eventually { client.status.position == 1_000 && client.status.isLive }
                }
                return passed.value
            }
            let passed = try await withCuttingProxy(upstream) { _ in
                // No connection is ever long enough for all of it.
                generator.withLock { Int.random(in: whole / 5..<whole / 2, using: &$0) }
            } _: { near, passed in
                try await withFollower(store, [near], window: 65_536) { client in
                    try await eventually { try store.position()?.position == 1_000 }
                    #expect(client.status.failures >= 2)
                    // What was under way at a cut comes again: no more than the window.
                    return passed.value - Int(client.status.failures) * 90_000
                }
            }
            #expect(passed <= whole)
        }
        #expect(try store.setHash() == source.setHash)
        #expect(try store.position() == StreamPosition(epoch: "one", position: 1_000))
    }

    @Test("Cut off at nine tenths, a snapshot costs a tenth more")
    func nineTenths() async throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let source = try source(1_000)
        try await withOrigin(source) { server, upstream in
            let whole = 520_000
            try await withCuttingProxy(upstream) {
                $0 == 1 ? whole * 9 / 10 : nil
            } _: { near, passed in
                try await withFollower(store, [near], window: 65_536) { client in
                    try await eventually { client.status.failures == 1 }
                    let mark = try #require(try store.position()?.snapshot)
                    #expect(mark.position == 1_000 && mark.after > 650)
                    // What changes meanwhile is not lost.
                    try source.publish(ZoneFixture("z3.example.", generation: 3, version: 2))
                    source.delete("z4.example.")
                    try source.publish(ZoneFixture("z5.example.", generation: 5_000))
                    server.wake()
                    try await eventually { client.status.position == 1_003 && client.status.isLive }
                }
                #expect(passed.value < whole * 9 / 10 + whole * 4 / 10)
            }
        }
        #expect(try store.setHash() == source.setHash)
        #expect(try store.position()?.snapshot == nil)
    }

    @Test("A snapshot whose entries are pruned meanwhile, or of another epoch, begins anew", arguments: [false, true])
    func anew(isOtherEpoch: Bool) async throws {
        let folder = try TemporaryFolder()
        let store = try folder.store()
        let source = try source(600)
        try await withOrigin(source) { _, upstream in
            try await withCuttingProxy(upstream) { _ in
                150_000
            } _: { near, _ in
                try await withFollower(store, [near], window: 65_536) { client in
                    try await eventually { client.status.failures >= 1 }
                }
            }
            #expect(try store.position()?.snapshot != nil)
            if isOtherEpoch {
                source.restore(
                    epoch: "two",
                    zones: [ZoneFixture("z1.example.", generation: 1, version: 1)],
                    position: 9
                )
            } else {
                source.delete("z1.example.")
                source.prune()
            }
            try await withFollower(store, [upstream]) { client in
                let (epoch, position) = isOtherEpoch ? ("two", 9) : ("one", UInt64(601))
                try await eventually { client.status.epoch == epoch && client.status.position == position }
            }
        }
        #expect(try store.setHash() == source.setHash)
    }
}
