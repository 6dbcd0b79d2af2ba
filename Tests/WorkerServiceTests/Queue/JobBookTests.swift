// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Jobs
import Postgres
import Synchronization
import TestSupport
import Testing
import WorkerService

@testable import Database

@Suite struct JobBookTests {
    private func book(_ fixture: QueueFixture) throws -> JobBook {
        JobBook(pool: try fixture.database.pool(.operator))
    }

    private func runner(_ fixture: QueueFixture, concurrency: Int = 10, _ handler: JobHandler) -> JobRunner {
        JobRunner(
            store: fixture.store(),
            queues: [QueueLimit(name: "test", concurrency: concurrency)],
            handlers: [handler],
            timing: .test,
            logger: fixture.logger
        )
    }

    @Test func `Lists and counts go by kind, queue and state, live and ended`() async throws {
        let fixture = try await QueueFixture()
        let book = try book(fixture)
        try await fixture.enqueue(5)
        try await JobEnqueue.enqueue(UrgentProbe(value: 9), delay: .seconds(3_600), in: fixture.web)
        let store = fixture.store()
        let claimed = try await fixture.claim(store, limit: 2)
        _ = try await store.finish([
            FinishedJob(lease: claimed[0].lease, resolution: .complete),
            FinishedJob(lease: claimed[1].lease, resolution: .discard(error: "no")),
        ])
        #expect(
            try await book.counts(JobSelection()) == [
                JobCount(queue: "test", kind: Probe.kind, state: .available, count: 3, limited: 0),
                JobCount(queue: "test", kind: Probe.kind, state: .discarded, count: 1, limited: 0),
                JobCount(queue: "test", kind: UrgentProbe.kind, state: .scheduled, count: 1, limited: 0),
            ]
        )
        #expect(try await book.counts(JobSelection(states: [.completed])).map(\.count) == [1])
        #expect(try await book.jobs(JobSelection()).count == 6)
        #expect(try await book.jobs(JobSelection(kind: UrgentProbe.kind)).map(\.state) == [.scheduled])
        #expect(try await book.jobs(JobSelection(queue: "other")).isEmpty)
        #expect(try await book.jobs(JobSelection(), limit: 2).count == 2)
        let dead = try #require(try await book.job(claimed[1].id))
        #expect(dead.state == .discarded)
        #expect(dead.lastError == "no")
        #expect(dead.attempt == 1)
        #expect(dead.finishedAt != nil)
        #expect(try await book.job(-1) == nil)
    }

    @Test func `A dead job is run anew under its own id, once, with the numbers of its attempts going on`() async throws
    {
        let fixture = try await QueueFixture()
        let book = try book(fixture)
        #expect(try await JobEnqueue.enqueue(Probe(value: 1), uniqueKey: "k", in: fixture.web))
        let store = fixture.store()
        let job = try #require(try await fixture.claim(store).first)
        _ = try await store.finish([FinishedJob(lease: job.lease, resolution: .discard(error: "no"))])

        // While its key is taken it stays dead.
        #expect(try await JobEnqueue.enqueue(Probe(value: 2), uniqueKey: "k", in: fixture.web))
        #expect(try await book.retry(JobSelection(ids: [job.id])) == 0)
        try await fixture.superuser.execute("DELETE FROM jobs.job")

        #expect(try await book.retry(JobSelection(ids: [job.id])) == 1)
        #expect(try await book.retry(JobSelection(ids: [job.id])) == 0)
        let again = try #require(try await fixture.claim(store).first)
        #expect(again.id == job.id)
        #expect(again.attempt == 2)
        #expect(again.maximumAttempts >= 2)
        // What the dead attempt says now is refused.
        #expect(try await store.finish([FinishedJob(lease: job.lease, resolution: .complete)]).isEmpty)
        #expect(try await store.finish([FinishedJob(lease: again.lease, resolution: .complete)]) == [again.lease])
        #expect(try await fixture.finished(.discarded) == 0)
        #expect(try await fixture.finished(.completed) == 1)
    }

    @Test func `Waiting jobs are run now, given up or cancelled, and dead ones forgotten`() async throws {
        let fixture = try await QueueFixture()
        let book = try book(fixture)
        let later = try (0..<4).map { try NewJob(Probe(value: $0), delay: .seconds(3_600)) }
        try await JobEnqueue.enqueue(later, in: fixture.web)
        let ids = try await book.jobs(JobSelection(states: [.scheduled])).map(\.id)
        #expect(ids.count == 4)
        #expect(try await book.retry(JobSelection(ids: [ids[0]])) == 1)
        #expect(try await fixture.claim(fixture.store()).map(\.id) == [ids[0]])
        #expect(try await book.discard(JobSelection(ids: [ids[1], ids[0]])) == 1)
        #expect(try await book.cancel(JobSelection(ids: [ids[2]])) == (1, 0))
        #expect(try await book.job(ids[1])?.state == .discarded)
        #expect(try await book.job(ids[2])?.state == .cancelled)
        #expect(try await book.job(ids[2])?.lastError == "cancelled by the operator")
        #expect(try await book.discard(JobSelection(ids: [ids[1]])) == 1)
        #expect(try await book.job(ids[1]) == nil)
        #expect(try await book.job(ids[3])?.state == .scheduled)
    }

    @Test func `A running job is stopped and cancelled when asked to`() async throws {
        let fixture = try await QueueFixture()
        let book = try book(fixture)
        try await fixture.enqueue(2)
        let (began, beginnings) = AsyncStream.makeStream(of: Int64.self)
        let (gate, opening) = AsyncStream.makeStream(of: Void.self)
        let handler = JobHandler(Probe.self) { probe, job in
            beginnings.yield(job.id)
            // One ends by being cancelled, the other one when it may.
            if probe.value == 0 { try await Task.sleep(for: .seconds(3_600)) }
            for await _ in gate { break }
        }
        try await fixture.running(runner(fixture, handler).services) {
            var running = 0
            for await _ in began {
                running += 1
                if running == 2 { break }
            }
            let job = try #require(try await book.jobs(JobSelection(states: [.executing])).last)
            #expect(try await book.cancel(JobSelection(ids: [job.id])) == (0, 1))
            try await expectEventually { try await fixture.finished(.cancelled) == 1 }
            #expect(try await book.job(job.id)?.state == .cancelled)
            #expect(try await fixture.live(.executing) == 1)
            opening.finish()
            try await expectEventually { try await fixture.finished(.completed) == 1 }
        }
    }

    @Test func `A cancelled job whose worker died is not run by the next one`() async throws {
        let fixture = try await QueueFixture()
        let book = try book(fixture)
        try await fixture.enqueue(1)
        let job = try #require(try await fixture.claim(fixture.store(7)).first)
        #expect(try await book.cancel(JobSelection(ids: [job.id])) == (0, 1))
        try await fixture.expireLeases()
        let runs = Atomic<Int>(0)
        let handler = JobHandler(Probe.self) { _, _ in runs.add(1, ordering: .relaxed) }
        try await fixture.running(runner(fixture, handler).services) {
            try await expectEventually { try await fixture.finished(.cancelled) == 1 }
        }
        #expect(runs.load(ordering: .relaxed) == 0)
    }

    @Test func `Nobody claims from a paused queue, and all do after it`() async throws {
        let fixture = try await QueueFixture()
        let book = try book(fixture)
        #expect(try await book.pause("test"))
        #expect(try await !book.pause("test"))
        try await fixture.enqueue(3)
        #expect(try await fixture.claim(fixture.store()).isEmpty)
        #expect(try await book.pausedQueues().map(\.queue) == ["test"])
        #expect(try await fixture.store().pausedQueues() == ["test"])
        #expect(try await book.resume("test"))
        #expect(try await !book.resume("test"))
        #expect(try await fixture.claim(fixture.store()).count == 3)
    }
}
