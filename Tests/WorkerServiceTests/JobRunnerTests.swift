// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Jobs
import Postgres
import Runtime
import Synchronization
import Testing
import WorkerService

@Suite struct JobRunnerTests {
    private func runner(
        _ fixture: QueueFixture,
        worker: Int = 1,
        concurrency: Int = 10,
        periodic: [PeriodicJob] = [],
        timing: QueueTiming = .test,
        registry: MetricsRegistry = MetricsRegistry(),
        _ handlers: JobHandler...
    ) -> JobRunner {
        JobRunner(
            store: fixture.store(worker),
            queues: [QueueLimit(name: "test", concurrency: concurrency)],
            handlers: handlers,
            periodic: periodic,
            timing: timing,
            registry: registry,
            logger: fixture.logger
        )
    }

    @Test func `Every job runs once over two workers`() async throws {
        let fixture = try await QueueFixture()
        try await fixture.enqueue(500)
        let runs = Mutex<[Int: Int]>([:])
        let handler = JobHandler(Probe.self) { probe, _ in runs.withLock { $0[probe.value, default: 0] += 1 } }
        let services = runner(fixture, worker: 1, handler).services + runner(fixture, worker: 2, handler).services
        try await fixture.running(services) {
            try await expectEventually { try await fixture.finished(.completed) == 500 }
        }
        #expect(runs.withLock { $0.count } == 500)
        #expect(runs.withLock { $0.values.allSatisfy { $0 == 1 } })
    }

    @Test func `No more jobs run at a time than the queue allows`() async throws {
        let fixture = try await QueueFixture()
        try await fixture.enqueue(60)
        let level = Mutex((now: 0, highest: 0))
        let handler = JobHandler(Probe.self) { _, _ in
            level.withLock {
                $0.now += 1
                $0.highest = max($0.highest, $0.now)
            }
            try await Task.sleep(for: .milliseconds(2))
            level.withLock { $0.now -= 1 }
        }
        try await fixture.running(runner(fixture, concurrency: 3, handler).services) {
            try await expectEventually { try await fixture.finished(.completed) == 60 }
        }
        #expect(level.withLock { $0.highest } <= 3)
    }

    @Test func `A failing job is repeated and dead after its last attempt`() async throws {
        let fixture = try await QueueFixture()
        try await fixture.enqueue(1)
        let attempts = Mutex<[Int]>([])
        let registry = MetricsRegistry()
        let handler = JobHandler(Probe.self) { _, job in
            attempts.withLock { $0.append(job.attempt) }
            throw JobFailure.retry("not yet")
        }
        try await fixture.running(runner(fixture, registry: registry, handler).services) {
            try await expectEventually { try await fixture.finished(.discarded) == 1 }
        }
        #expect(attempts.withLock { $0 } == [1, 2, 3])
        let text = registry.render()
        #expect(text.contains(#"jobs_failed_total{kind="test.probe"} 2"#))
        #expect(text.contains(#"jobs_dead_total{kind="test.probe"} 1"#))
    }

    @Test func `A job that asks for it is discarded or cancelled without further attempts`() async throws {
        let fixture = try await QueueFixture()
        try await fixture.enqueue(2)
        let handler = JobHandler(Probe.self) { probe, _ in
            throw probe.value == 0 ? JobFailure.discard("never") : JobFailure.cancel("unwanted")
        }
        try await fixture.running(runner(fixture, handler).services) {
            try await expectEventually { try await fixture.count("SELECT count(*) FROM jobs.history") == 2 }
        }
        #expect(try await fixture.count("SELECT count(*) FROM jobs.history WHERE attempt = 1") == 2)
        #expect(try await fixture.finished(.discarded) == 1)
        #expect(try await fixture.finished(.cancelled) == 1)
    }

    @Test func `A job that takes too long is stopped`() async throws {
        let fixture = try await QueueFixture()
        try await JobEnqueue.enqueue(UrgentProbe(value: 1), in: fixture.web)
        let handler = JobHandler(UrgentProbe.self) { _, _ in try await Task.sleep(for: .seconds(3_600)) }
        try await fixture.running(runner(fixture, handler).services) {
            try await expectEventually { try await fixture.live(.retryable) == 1 }
        }
        #expect(
            try await fixture.count("SELECT count(*) FROM jobs.job WHERE last_error = 'took longer than 0.02 s'") == 1
        )
    }

    @Test func `Stopping waits for running jobs and claims no more`() async throws {
        let fixture = try await QueueFixture()
        try await fixture.enqueue(5)
        let (began, beginnings) = AsyncStream.makeStream(of: Void.self)
        let (gate, opening) = AsyncStream.makeStream(of: Void.self)
        let handler = JobHandler(Probe.self) { _, _ in
            beginnings.yield()
            for await _ in gate { break }
        }
        try await fixture.running(runner(fixture, concurrency: 1, handler).services) {
            for await _ in began { break }
            // The group is told to stop while the job waits; the job ends only after that.
            Task {
                try await Task.sleep(for: .milliseconds(100))
                opening.finish()
            }
        }
        #expect(try await fixture.finished(.completed) >= 1)
        #expect(try await fixture.live(.executing) == 0)
        #expect(try await fixture.count("SELECT count(*) FROM jobs.job") == 5 - fixture.finished(.completed))
    }

    @Test func `Jobs that outlast the drain time go back to the queue uncounted`() async throws {
        let fixture = try await QueueFixture()
        try await fixture.enqueue(1)
        let (began, beginnings) = AsyncStream.makeStream(of: Void.self)
        let handler = JobHandler(Probe.self) { _, _ in
            beginnings.yield()
            try await Task.sleep(for: .seconds(3_600))
        }
        var timing = QueueTiming.test
        timing.drain = .zero
        try await fixture.running(runner(fixture, timing: timing, handler).services) {
            for await _ in began { break }
        }
        let row = try #require(
            try await fixture.superuser.first("SELECT state, attempt, max_attempts, worker_id IS NULL FROM jobs.job")
        )
        #expect(try row.decode(0, as: String.self) == "available")
        #expect(try row.decode(1, as: Int32.self) == 1)
        #expect(try row.decode(2, as: Int32.self) == 4)
        #expect(try row.decode(3, as: Bool.self))
    }

    @Test func `A job that lost its lease is stopped and its result dropped`() async throws {
        let fixture = try await QueueFixture()
        try await fixture.enqueue(1)
        let (began, beginnings) = AsyncStream.makeStream(of: Void.self)
        let (ended, endings) = AsyncStream.makeStream(of: Bool.self)
        let handler = JobHandler(Probe.self) { _, _ in
            beginnings.yield()
            do {
                try await Task.sleep(for: .seconds(3_600))
            } catch {
                endings.yield(Task.isCancelled)
                throw error
            }
        }
        try await fixture.running(runner(fixture, handler).services) {
            for await _ in began { break }
            try await fixture.superuser.execute(
                "UPDATE jobs.job SET worker_id = gen_random_uuid(), attempt = attempt + 1"
            )
            for await wasCancelled in ended {
                #expect(wasCancelled)
                break
            }
        }
        #expect(try await fixture.live(.executing) == 1)
        #expect(try await fixture.count("SELECT count(*) FROM jobs.history") == 0)
    }

    @Test func `Lost connections lose no job`() async throws {
        let fixture = try await QueueFixture()
        try await fixture.enqueue(300)
        let runs = Atomic<Int>(0)
        let handler = JobHandler(Probe.self) { _, _ in
            runs.add(1, ordering: .relaxed)
            try await Task.sleep(for: .milliseconds(5))
        }
        try await fixture.running(runner(fixture, handler).services) {
            for _ in 0..<10 {
                try await fixture.superuser.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'zonewright_worker'"
                )
                try await Task.sleep(for: .milliseconds(30))
            }
            try await expectEventually {
                // A claim whose answer was lost is rescued when its lease is over.
                try await fixture.superuser.execute(
                    """
                    UPDATE jobs.job SET lease_until = now() - interval '1 second'
                    WHERE state = 'executing' AND started_at < now() - interval '2 seconds'
                    """
                )
                return try await fixture.finished(.completed) == 300
            }
        }
        #expect(runs.load(ordering: .relaxed) >= 300)
        #expect(try await fixture.count("SELECT count(*) FROM jobs.job") == 0)
    }

    @Test func `A periodic job runs once a slot over several workers`() async throws {
        let fixture = try await QueueFixture()
        let slots = Mutex<Int>(0)
        let handler = JobHandler(Probe.self) { _, _ in slots.withLock { $0 += 1 } }
        let periodic = [PeriodicJob("test", .every(seconds: 1)) { try NewJob(Probe(value: 0)) }]
        let services = (1...3).flatMap { runner(fixture, worker: $0, periodic: periodic, handler).services }
        try await fixture.running(services) {
            try await expectEventually { try await fixture.finished(.completed) >= 3 }
        }
        let used = try await fixture.count("SELECT count(*) FROM jobs.slot")
        let made = try await fixture.count(
            "SELECT (SELECT count(*) FROM jobs.history) + (SELECT count(*) FROM jobs.job)"
        )
        #expect(used == made)
        #expect(slots.withLock { $0 } <= made)
    }
}
