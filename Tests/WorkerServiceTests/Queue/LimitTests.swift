// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Jobs
import Postgres
import Synchronization
import Testing
import WorkerService

/// A job for tests that is limited by its host.
struct LimitedProbe: JobParameters {
    static let kind = "test.limited"
    static let queue = "test"
    static let limits: JobLimits? = JobLimits(running: 2)

    let host: String

    var limitKey: String? { host }
}

/// A job for tests of which three may begin at once, and then one an hour.
struct RatedProbe: JobParameters {
    static let kind = "test.rated"
    static let queue = "test"
    static let limits: JobLimits? = JobLimits(rate: .init(1, every: .seconds(3_600), burst: 3))

    let host: String

    var limitKey: String? { host }
}

@Suite struct LimitTests {
    private static let kinds = [JobKind(Probe.self), JobKind(LimitedProbe.self), JobKind(RatedProbe.self)]

    private func claim(_ store: JobQueueStore, limit: Int = 100) async throws -> [ClaimedJob] {
        try await store.claim(queue: "test", kinds: Self.kinds, limit: limit, lease: .seconds(60))
    }

    private func held(_ fixture: QueueFixture) async throws -> Int {
        try await fixture.count("SELECT count(*) FROM jobs.job WHERE state = 'available' AND gate = 1")
    }

    @Test func `No more jobs of a key run than it allows, and those behind are not held up`() async throws {
        let fixture = try await QueueFixture()
        try await JobEnqueue.enqueue((0..<50).map { _ in try NewJob(LimitedProbe(host: "slow")) }, in: fixture.web)
        try await JobEnqueue.enqueue(LimitedProbe(host: "other"), in: fixture.web)
        try await fixture.enqueue(1)
        let store = fixture.store()
        // A claim of few still gets past all of the key that stand in front.
        var jobs: [ClaimedJob] = []
        for _ in 0..<4 { jobs += try await claim(store, limit: 2) }
        #expect(jobs.filter { $0.limitKey == "slow" }.count == 2)
        #expect(jobs.filter { $0.limitKey == "other" }.count == 1)
        #expect(jobs.filter { $0.limitKey == nil }.count == 1)
        #expect(try await held(fixture) == 48)
        let statistics = try await store.statistics()
        #expect(statistics.first { $0.state == .available }?.limited == 48)
        #expect(try await store.readmit(Self.kinds) == 0)

        // An end makes room for one, in the order of the queue.
        let first = try #require(jobs.first { $0.limitKey == "slow" })
        _ = try await store.finish([FinishedJob(lease: first.lease, resolution: .complete)])
        #expect(try await store.readmit(Self.kinds) == 1)
        #expect(try await store.readmit(Self.kinds) == 0)
        let next = try await claim(fixture.store(2))
        #expect(next.count == 1)
        #expect(next.map(\.attempt) == [1])
        let youngest = try await fixture.count("SELECT min(id) FROM jobs.job WHERE kind = 'test.limited' AND gate = 1")
        #expect(next.allSatisfy { $0.id < Int64(youngest) })
    }

    @Test func `A job that comes later does not overtake those held back`() async throws {
        let fixture = try await QueueFixture()
        let store = fixture.store()
        try await JobEnqueue.enqueue((0..<3).map { _ in try NewJob(LimitedProbe(host: "a")) }, in: fixture.web)
        let running = try await claim(store)
        #expect(running.count == 2)
        _ = try await store.finish(running.map { FinishedJob(lease: $0.lease, resolution: .complete) })
        try await JobEnqueue.enqueue(LimitedProbe(host: "a"), in: fixture.web)
        #expect(try await claim(store).isEmpty)
        #expect(try await store.readmit(Self.kinds) == 2)
        #expect(try await claim(store).count == 2)
    }

    @Test func `The limit holds over workers that claim at the same time`() async throws {
        let fixture = try await QueueFixture()
        let hosts = ["a", "b", "c"]
        try await JobEnqueue.enqueue(
            (0..<150).map { try NewJob(LimitedProbe(host: hosts[$0 % 3])) },
            in: fixture.web
        )
        let level = Mutex<[String: (now: Int, highest: Int)]>([:])
        let handler = JobHandler(LimitedProbe.self) { probe, _ in
            level.withLock {
                var entry = $0[probe.host] ?? (0, 0)
                entry.now += 1
                entry.highest = max(entry.highest, entry.now)
                $0[probe.host] = entry
            }
            try await Task.sleep(for: .milliseconds(1))
            level.withLock { $0[probe.host]?.now -= 1 }
        }
        let services = (1...3).flatMap { worker in
            JobRunner(
                store: fixture.store(worker),
                queues: [QueueLimit(name: "test", concurrency: 5)],
                handlers: [handler],
                timing: .test,
                logger: fixture.logger
            ).services
        }
        try await fixture.running(services) {
            try await expectEventually { try await fixture.finished(.completed) == 150 }
        }
        #expect(level.withLock { $0.values.allSatisfy { $0.highest <= 2 } })
        #expect(level.withLock { $0.count } == 3)
        #expect(try await fixture.count("SELECT count(*) FROM jobs.history WHERE attempt > 1") == 0)
    }

    @Test func `A rate lets a burst begin and the others as the bucket fills`() async throws {
        let fixture = try await QueueFixture()
        let store = fixture.store()
        try await JobEnqueue.enqueue((0..<10).map { _ in try NewJob(RatedProbe(host: "a")) }, in: fixture.web)
        let burst = try await claim(store)
        #expect(burst.count == 3)
        _ = try await store.finish(burst.map { FinishedJob(lease: $0.lease, resolution: .complete) })
        #expect(try await claim(store).isEmpty)
        #expect(try await store.readmit(Self.kinds) == 0)
        // Two hours later, as the database sees it.
        try await fixture.superuser.execute(
            "UPDATE jobs.limiter SET counted_at = counted_at - interval '2 hours', ready_at = now()"
        )
        #expect(try await store.readmit(Self.kinds) == 2)
        #expect(try await claim(store).count == 2)
        // It does not look again before there is something to give.
        let wait = try await fixture.count(
            "SELECT floor(extract(epoch FROM ready_at - now()))::bigint FROM jobs.limiter WHERE waiting"
        )
        #expect((3_000...3_600).contains(wait))
    }

    @Test func `Jobs whose kind has no limits any more are let through`() async throws {
        let fixture = try await QueueFixture()
        let store = fixture.store()
        try await JobEnqueue.enqueue((0..<5).map { _ in try NewJob(LimitedProbe(host: "a")) }, in: fixture.web)
        #expect(try await claim(store).count == 2)
        let free = [JobKind(name: LimitedProbe.kind), JobKind(RatedProbe.self)]
        #expect(try await store.readmit(free) == 3)
        #expect(try await store.claim(queue: "test", kinds: free, limit: 9, lease: .seconds(60)).count == 3)
    }
}
