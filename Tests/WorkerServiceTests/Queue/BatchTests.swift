// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Jobs
import Postgres
import Synchronization
import TestSupport
import Testing
import WorkerService

/// A job for tests that follows a batch.
struct FollowingProbe: BatchFollower {
    static let kind = "test.following"
    static let queue = "test"

    let name: String
    var batch: BatchOutcome?
}

@Suite struct BatchTests {
    private static let kinds = [JobKind(Probe.self), JobKind(FollowingProbe.self)]

    private func make(_ fixture: QueueFixture, _ count: Int) async throws -> (id: Int64, count: Int) {
        try await fixture.web.withTransaction { transaction in
            try await JobBatch.enqueue(
                (0..<count).map { try NewJob(Probe(value: $0)) },
                then: FollowingProbe(name: "end"),
                in: transaction
            )
        }
    }

    private func claim(_ store: JobQueueStore, limit: Int = 100) async throws -> [ClaimedJob] {
        try await store.claim(queue: "test", kinds: Self.kinds, limit: limit, lease: .seconds(60))
    }

    @Test func `The follower runs once after the last end and learns how all ended`() async throws {
        let fixture = try await QueueFixture()
        let batch = try await make(fixture, 5)
        #expect(batch.count == 5)
        let store = fixture.store()
        let jobs = try await claim(store)
        #expect(jobs.count == 5)
        let ends: [JobResolution] = [.complete, .complete, .discard(error: "no"), .cancel(reason: "no")]
        for (job, end) in zip(jobs, ends) {
            _ = try await store.finish([FinishedJob(lease: job.lease, resolution: end)])
        }
        // A failure that is tried again is no end.
        _ = try await store.finish([FinishedJob(lease: jobs[4].lease, resolution: .retry(after: .zero, error: "later"))]
        )
        _ = try await store.stage()
        let again = try await claim(store)
        #expect(again.map(\.id) == [jobs[4].id])
        #expect(try await store.stage() == 0)
        _ = try await store.finish(again.map { FinishedJob(lease: $0.lease, resolution: .complete) })
        let followers = try await claim(store)
        #expect(followers.map(\.kind) == [FollowingProbe.kind])
        let follower = try #require(followers.first).decode(FollowingProbe.self)
        #expect(follower.name == "end")
        #expect(follower.batch == BatchOutcome(id: batch.id, completed: 3, discarded: 1, cancelled: 1))
        #expect(follower.batch?.failed == 2)
        _ = try await store.finish(followers.map { FinishedJob(lease: $0.lease, resolution: .complete) })
        #expect(try await fixture.count("SELECT count(*) FROM jobs.job") == 0)
    }

    @Test func `Ends from many workers at once set it free once, with all counted`() async throws {
        let fixture = try await QueueFixture()
        for _ in 0..<4 { _ = try await make(fixture, 100) }
        let outcomes = Mutex<[BatchOutcome]>([])
        let handlers = [
            JobHandler(Probe.self) { probe, _ in
                if probe.value % 10 == 0 { throw JobFailure.discard("no") }
            },
            JobHandler(FollowingProbe.self) { follower, _ in
                if let batch = follower.batch { outcomes.withLock { $0.append(batch) } }
            },
        ]
        let services = (1...3).flatMap { worker in
            JobRunner(
                store: fixture.store(worker),
                queues: [QueueLimit(name: "test", concurrency: 20)],
                handlers: handlers,
                timing: .test,
                logger: fixture.logger
            ).services
        }
        try await fixture.running(services) {
            try await expectEventually { try await fixture.count("SELECT count(*) FROM jobs.history") == 404 }
        }
        #expect(outcomes.withLock { $0.count } == 4)
        #expect(outcomes.withLock { $0.allSatisfy { $0.completed == 90 && $0.discarded == 10 } })
    }

    @Test func `An empty batch is followed at once, and one that is rolled back not at all`() async throws {
        struct Abort: Error {}
        let fixture = try await QueueFixture()
        _ = try await make(fixture, 0)
        let follower = try #require(try await claim(fixture.store()).first).decode(FollowingProbe.self)
        #expect(follower.batch?.completed == 0)
        await #expect(throws: Abort.self) {
            try await fixture.web.withTransaction { transaction in
                try await JobBatch.enqueue(
                    [try NewJob(Probe(value: 1))],
                    then: FollowingProbe(name: "x"),
                    in: transaction
                )
                throw Abort()
            }
        }
        #expect(try await fixture.count("SELECT count(*) FROM jobs.batch") == 1)
        #expect(try await fixture.live(.scheduled) == 0)
    }

    @Test func `Jobs that a dead worker or the operator ends count as well`() async throws {
        let fixture = try await QueueFixture()
        let batch = try await make(fixture, 3)
        let store = fixture.store()
        let job = try #require(try await claim(store, limit: 1).first)
        try await fixture.superuser.execute("UPDATE jobs.job SET max_attempts = attempt WHERE id = \(job.id)")
        try await fixture.expireLeases()
        #expect(try await store.rescue().dead == 1)
        let book = JobBook(pool: try fixture.database.pool(.operator))
        #expect(try await book.cancel(JobSelection(kind: Probe.kind, states: [.available])) == (2, 0))
        // Run anew by hand: counted as it was.
        #expect(try await book.retry(JobSelection(ids: [job.id])) == 1)
        let all = try await claim(store)
        let follower = try #require(all.first { $0.kind == FollowingProbe.kind }).decode(FollowingProbe.self)
        #expect(follower.batch == BatchOutcome(id: batch.id, completed: 0, discarded: 1, cancelled: 2))
        _ = try await store.finish(all.map { FinishedJob(lease: $0.lease, resolution: .complete) })
        #expect(try await fixture.count("SELECT count(*) FROM jobs.job") == 0)
    }
}
