// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Postgres
import TestSupport
import Testing

@testable import GlueService

@Suite struct SequencerTests {
    @Test func concurrentCommittersLoseNothingAndLeaveNoGap() async throws {
        let fixture = try await ZoneFixture.make()
        let writers = 6
        let steps = 60
        let committed = try await withThrowingTaskGroup(of: Int.self) { group in
            for writer in 0..<writers {
                group.addTask { try await Self.write(fixture, writer: writer, steps: steps) }
            }
            for _ in 0..<2 {
                group.addTask {
                    let sequencer = Sequencer(store: StreamStore(pool: fixture.glue))
                    for _ in 0..<100 { _ = try await sequencer.run() }
                    return 0
                }
            }
            return try await group.reduce(0, +)
        }
        _ = try await Sequencer(store: StreamStore(pool: fixture.glue)).run()
        let state = try await StreamStore(pool: fixture.glue).state()
        #expect(state.head == committed)
        var position: Int64 = 0
        var seen: Set<String> = []
        while true {
            let entries = try await StreamStore(pool: fixture.glue).entries(after: position, limit: 100)
            guard let last = entries.last else { break }
            #expect(entries.map(\.position) == Array((position + 1)...(position + Int64(entries.count))))
            seen.formUnion(entries.map(\.zoneName))
            position = last.position
        }
        #expect(seen.count == committed)
    }

    /// Commits log rows, some after others with greater ids have committed, some not at all; returns how many did.
    private static func write(_ fixture: ZoneFixture, writer: Int, steps: Int) async throws -> Int {
        struct Undo: Error {}
        var committed = 0
        for step in 0..<steps {
            do {
                try await fixture.glue.withTransaction { transaction in
                    try await transaction.execute(
                        """
                        INSERT INTO distribution.log (zone_id, zone_name, op, version, serial, hash)
                        VALUES (1, \("w\(writer)s\(step)"), 'D', 1, 1, \([UInt8](repeating: 0, count: 32)))
                        """
                    )
                    if step % 3 == 0 { _ = try await transaction.query("SELECT pg_sleep(0.003)") }
                    if step % 10 == 9 { throw Undo() }
                }
                committed += 1
            } catch is Undo {}
        }
        return committed
    }
}
