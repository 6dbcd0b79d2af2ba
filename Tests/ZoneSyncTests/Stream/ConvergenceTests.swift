// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Synchronization
import Testing
import ZoneStore
import ZoneSync

@Suite(.timeLimit(.minutes(5)))
struct ConvergenceTests {
    /// Random publications, differences, deletions and new lives of a few zones.
    private struct Writer {
        var generator: SeededGenerator
        var zones: [String: ZoneFixture] = [:]
        var nextGeneration: UInt64 = 1

        mutating func step(_ source: MemorySource) throws {
            let name = "z\(Int.random(in: 0..<12, using: &generator)).example."
            let hosts = (0..<Int.random(in: 0..<4, using: &generator)).map { number in
                ("h\(number)", "192.0.2.\(UInt8.random(in: 0...255, using: &generator))")
            }
            switch zones[name] {
            case let zone? where Int.random(in: 0..<8, using: &generator) == 0:
                source.delete(zone.name)
                zones[name] = nil
            case let zone?:
                let next = ZoneFixture(name, generation: zone.generation, version: zone.version + 1, hosts: hosts)
                try source.publish(next, difference: Bool.random(using: &generator))
                zones[name] = next
            case nil:
                let zone = ZoneFixture(name, generation: nextGeneration, hosts: hosts)
                nextGeneration += 1
                try source.publish(zone)
                zones[name] = zone
            }
        }
    }

    @Test("Whatever happens to the connections on the way, all replicas end equal to the origin", arguments: [1, 2, 3])
    func equal(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        let steady = try (0..<4).map { try folder.store("steady-\($0)") }
        let restless = try folder.store("restless")
        let source = MemorySource()
        var writer = Writer(generator: SeededGenerator(seed: seed))
        for _ in 0..<30 { try writer.step(source) }
        try await withOrigin(source) { server, upstream in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (number, store) in steady.enumerated() {
                    group.addTask {
                        try await withFollower(store, [upstream], node: "steady-\(number)", window: 65_536) { _ in
                            try await eventually { try store.position() == StreamPosition(epoch: "one", position: 400) }
                        }
                    }
                }
                group.addTask {
                    // Comes and goes, in the middle of whatever is under way.
                    while try restless.position()?.position != 400 {
                        let before = try restless.position()
                        try await withFollower(restless, [upstream], node: "restless") { _ in
                            try await eventually { try restless.position() != before }
                        }
                    }
                }
                for step in 31...400 {
                    try writer.step(source)
                    server.wake()
                    if step.isMultiple(of: 7) { await Task.yield() }
                }
                try await group.waitForAll()
            }
        }
        let hash = try source.setHash
        for store in steady + [restless] { #expect(try store.setHash() == hash) }
    }
}
