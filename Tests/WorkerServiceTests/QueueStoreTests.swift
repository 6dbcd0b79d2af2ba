// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Jobs
import Postgres
import Testing

@Suite struct QueueStoreTests {
    @Test func `Two workers never claim the same job`() async throws {
        let fixture = try await QueueFixture()
        #expect(try await fixture.enqueue(200) == 200)
        let claimed = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for number in 1...4 {
                group.addTask {
                    var ids: [Int64] = []
                    while true {
                        let jobs = try await fixture.claim(fixture.store(number), limit: 7)
                        if jobs.isEmpty { return ids }
                        ids += jobs.map(\.id)
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(claimed.count == 200)
        #expect(Set(claimed).count == 200)
    }

    @Test func `Jobs are claimed by priority and of unknown kinds not at all`() async throws {
        let fixture = try await QueueFixture()
        try await JobEnqueue.enqueue(Probe(value: 1), in: fixture.web)
        try await JobEnqueue.enqueue(UrgentProbe(value: 2), in: fixture.web)
        let first = try await fixture.claim(fixture.store(), limit: 1)
        #expect(first.map(\.kind) == [UrgentProbe.kind])
        let other = try await fixture.store().claim(
            queue: "test",
            kinds: [JobKind(name: "other")],
            limit: 5,
            lease: .seconds(60)
        )
        #expect(other.isEmpty)
        let rest = try await fixture.claim(fixture.store(), limit: 5)
        #expect(try rest.map { try $0.decode(Probe.self) } == [Probe(value: 1)])
    }

    @Test func `A job enqueued in a transaction that rolls back does not exist`() async throws {
        struct Abort: Error {}
        let fixture = try await QueueFixture()
        await #expect(throws: Abort.self) {
            try await fixture.web.withTransaction { transaction in
                try await JobEnqueue.enqueue(Probe(value: 1), in: transaction)
                throw Abort()
            }
        }
        #expect(try await fixture.live(.available) == 0)
    }

    @Test func `A unique key is taken while its job lives and free after it`() async throws {
        let fixture = try await QueueFixture()
        #expect(try await JobEnqueue.enqueue(Probe(value: 1), uniqueKey: "k", in: fixture.worker))
        #expect(try await !JobEnqueue.enqueue(Probe(value: 2), uniqueKey: "k", in: fixture.worker))
        let store = fixture.store()
        let jobs = try await fixture.claim(store)
        _ = try await store.finish(jobs.map { FinishedJob(lease: $0.lease, resolution: .complete) })
        #expect(try await JobEnqueue.enqueue(Probe(value: 3), uniqueKey: "k", in: fixture.worker))
    }

    @Test func `A completed job moves to the history once`() async throws {
        let fixture = try await QueueFixture()
        try await fixture.enqueue(3)
        let store = fixture.store()
        let ends = try await fixture.claim(store).map { FinishedJob(lease: $0.lease, resolution: .complete) }
        #expect(try await store.finish(ends) == Set(ends.map(\.lease)))
        #expect(try await store.finish(ends).isEmpty)
        #expect(try await fixture.finished(.completed) == 3)
        #expect(try await fixture.count("SELECT count(*) FROM jobs.job") == 0)
    }

    @Test func `The job of a dead worker is rescued once and its late result refused`() async throws {
        let fixture = try await QueueFixture()
        try await fixture.enqueue(1)
        let dead = fixture.store(1)
        let lost = try #require(try await fixture.claim(dead).first)
        #expect(try await fixture.store(2).rescue() == .init(retried: 0, dead: 0))
        try await fixture.expireLeases()
        #expect(try await fixture.store(2).rescue() == .init(retried: 1, dead: 0))
        #expect(try await fixture.store(3).rescue() == .init(retried: 0, dead: 0))

        let successor = fixture.store(2)
        let again = try #require(try await fixture.claim(successor).first)
        #expect(again.id == lost.id)
        #expect(again.attempt == 2)
        #expect(try await dead.finish([FinishedJob(lease: lost.lease, resolution: .complete)]).isEmpty)
        // Not even under the right number: the claim belongs to another worker.
        #expect(try await dead.finish([FinishedJob(lease: again.lease, resolution: .complete)]).isEmpty)
        #expect(try await dead.renew([lost.lease, again.lease], lease: .seconds(60)).isEmpty)
        #expect(try await fixture.finished(.completed) == 0)
        #expect(try await successor.finish([FinishedJob(lease: again.lease, resolution: .complete)]) == [again.lease])
        #expect(try await fixture.finished(.completed) == 1)
    }

    @Test func `A job whose last attempt is lost is dead`() async throws {
        let fixture = try await QueueFixture()
        try await fixture.enqueue(1)
        try await fixture.superuser.execute("UPDATE jobs.job SET attempt = max_attempts - 1")
        _ = try await fixture.claim(fixture.store())
        try await fixture.expireLeases()
        #expect(try await fixture.store().rescue() == .init(retried: 0, dead: 1))
        #expect(try await fixture.finished(.discarded) == 1)
        #expect(try await fixture.count("SELECT count(*) FROM jobs.history WHERE last_error = 'lease expired'") == 1)
    }

    @Test func `Renewal moves the lease on for held claims only`() async throws {
        let fixture = try await QueueFixture()
        try await fixture.enqueue(2)
        let store = fixture.store()
        let jobs = try await fixture.claim(store)
        _ = try await store.finish([FinishedJob(lease: jobs[0].lease, resolution: .complete)])
        try await fixture.expireLeases()
        #expect(try await store.renew(jobs.map(\.lease), lease: .seconds(60)) == [jobs[1].lease])
        #expect(try await store.rescue() == .init(retried: 0, dead: 0))
    }

    @Test func `A failed job waits for its time and keeps its error`() async throws {
        let fixture = try await QueueFixture()
        try await fixture.enqueue(1)
        let store = fixture.store()
        let job = try #require(try await fixture.claim(store).first)
        let end = FinishedJob(lease: job.lease, resolution: .retry(after: .seconds(3_600), error: "no luck"))
        #expect(try await store.finish([end]) == [job.lease])
        #expect(try await fixture.live(.retryable) == 1)
        #expect(try await store.stage() == 0)
        #expect(try await fixture.claim(store).isEmpty)
        try await fixture.superuser.execute("UPDATE jobs.job SET run_at = now()")
        #expect(try await store.stage() == 1)
        let again = try #require(try await fixture.claim(store).first)
        #expect(again.attempt == 2)
        #expect(try await fixture.count("SELECT count(*) FROM jobs.job WHERE last_error = 'no luck'") == 1)
    }

    @Test func `A delayed job is scheduled and becomes available when its time has come`() async throws {
        let fixture = try await QueueFixture()
        try await JobEnqueue.enqueue(Probe(value: 1), delay: .seconds(3_600), in: fixture.web)
        #expect(try await fixture.live(.scheduled) == 1)
        #expect(try await fixture.store().stage() == 0)
        try await fixture.superuser.execute("UPDATE jobs.job SET run_at = now()")
        #expect(try await fixture.store().stage() == 1)
        #expect(try await fixture.claim(fixture.store()).count == 1)
    }

    @Test func `A released attempt is not counted but its number is never used again`() async throws {
        let fixture = try await QueueFixture()
        try await fixture.enqueue(1)
        let store = fixture.store()
        let job = try #require(try await fixture.claim(store).first)
        _ = try await store.finish([FinishedJob(lease: job.lease, resolution: .release(after: .zero))])
        let again = try #require(try await fixture.claim(store).first)
        #expect(again.attempt == job.attempt + 1)
        #expect(again.maximumAttempts == job.maximumAttempts + 1)
    }

    @Test func `A slot runs once over many schedulers`() async throws {
        let fixture = try await QueueFixture()
        let job = try NewJob(Probe(value: 0))
        let won = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 1...8 {
                group.addTask {
                    var won = 0
                    for slot in 0..<5
                    where try await fixture.store(number).enqueue(
                        job,
                        schedule: "test",
                        slot: Int64(slot) * 60
                    ) {
                        won += 1
                    }
                    return won
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(won == 5)
        #expect(try await fixture.live(.available) == 5)
    }

    @Test func `Statistics count live jobs by queue and state`() async throws {
        let fixture = try await QueueFixture()
        try await fixture.enqueue(3)
        _ = try await fixture.claim(fixture.store(), limit: 1)
        let statistics = try await fixture.store().statistics()
        #expect(statistics.first { $0.state == .available }?.count == 2)
        #expect(statistics.first { $0.state == .executing }?.count == 1)
    }
}
