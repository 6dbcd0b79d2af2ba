// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Jobs
import Postgres
import Testing
import WorkerService

/// What a schedule declares for slots that came while no worker ran.
@Suite struct MissedSlotTests {
    /// A length of slots of which the tenth began years ago and the eleventh is years away, so that the time a test
    /// takes does not matter.
    private func length(_ fixture: QueueFixture) async throws -> Int64 {
        try await fixture.store().now() * 10 / 105
    }

    /// Runs two workers that see the tenth slot first, the last one that was seen being the fifth.
    ///
    /// - Returns: the slots whose jobs were put in, in order, counted by the length.
    private func slots(_ missed: MissedSlots) async throws -> [Int] {
        let fixture = try await QueueFixture()
        let length = try await length(fixture)
        try await fixture.superuser.execute(
            "INSERT INTO jobs.slot (schedule, slot) VALUES ('missed', to_timestamp(\(5 * length)::bigint))"
        )
        let periodic = [
            PeriodicJob("missed", .every(seconds: length), missed: missed) {
                try NewJob(Probe(value: Int($0 / length)))
            },
            // Comes behind the other in every look: when it has run twice, the other one was looked at twice.
            PeriodicJob("next", .every(seconds: 1)) { try NewJob(UrgentProbe(value: Int($0))) },
        ]
        let services = (1...2).flatMap { worker in
            JobRunner(
                store: fixture.store(worker),
                queues: [QueueLimit(name: "none", concurrency: 1)],
                handlers: [],
                periodic: periodic,
                timing: .test,
                logger: fixture.logger
            ).services
        }
        try await fixture.running(services) {
            try await expectEventually {
                try await fixture.count("SELECT count(*) FROM jobs.slot WHERE schedule = 'next'") >= 2
            }
        }
        #expect(
            try await fixture.count(
                "SELECT count(*) FROM jobs.slot WHERE schedule = 'missed' AND slot = to_timestamp(\(10 * length)::bigint)"
            ) == 1
        )
        let rows = try await fixture.superuser.query(
            "SELECT (args->>'value')::bigint FROM jobs.job WHERE kind = \(Probe.kind) ORDER BY id"
        )
        return try rows.map { Int(try $0.decode(0, as: Int64.self)) }
    }

    @Test func `Left out, they are remembered and nothing runs`() async throws {
        #expect(try await slots(.skip).isEmpty)
    }

    @Test func `Run once, the latest runs`() async throws {
        #expect(try await slots(.runOnce) == [10])
    }

    @Test func `All run in their order and once over two workers, as many as declared`() async throws {
        #expect(try await slots(.runAll(100)) == [6, 7, 8, 9, 10])
        #expect(try await slots(.runAll(3)) == [8, 9, 10])
    }

    @Test func `A slot that comes in time runs even where missed ones are left out`() async throws {
        let fixture = try await QueueFixture()
        let runner = JobRunner(
            store: fixture.store(),
            queues: [QueueLimit(name: "none", concurrency: 1)],
            handlers: [],
            periodic: [PeriodicJob("now", .every(seconds: 1), missed: .skip) { try NewJob(Probe(value: 1)) }],
            timing: .test,
            logger: fixture.logger
        )
        try await fixture.running(runner.services) {
            try await expectEventually { try await fixture.live(.available) > 0 }
        }
    }
}
