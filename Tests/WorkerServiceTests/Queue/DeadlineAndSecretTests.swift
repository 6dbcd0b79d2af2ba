// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Jobs
import Postgres
import Synchronization
import TestSupport
import Testing
import WorkerService

/// A job for tests that is worth nothing after an hour.
struct PerishableProbe: JobParameters {
    static let kind = "test.perishable"
    static let queue = "test"
    static let deadline: Duration? = .seconds(3_600)
    static let backoff = BackoffPolicy.steps([.seconds(86_400)])

    let value: Int
}

/// A job for tests with a secret.
struct SecretProbe: JobParameters, Equatable {
    static let kind = "test.secret"
    static let queue = "test"
    static let isSealed = true

    let password: String
}

/// Two releases of one kind.
struct OldForm: JobParameters {
    static let kind = "test.form"
    static let queue = "test"

    let name: String
}

struct NewForm: JobParameters, Equatable {
    static let kind = "test.form"
    static let queue = "test"
    static let version = 2

    let name: String
    let size: Int?
}

@Suite struct DeadlineAndSecretTests {
    private static let key = "k1:" + String(repeating: "0f", count: 32)

    private func runner(_ fixture: QueueFixture, worker: Int = 1, sealer: JobSealer? = nil, _ handlers: JobHandler...)
        -> JobRunner
    {
        JobRunner(
            store: fixture.store(worker),
            queues: [QueueLimit(name: "test", concurrency: 5)],
            handlers: handlers,
            sealer: sealer,
            timing: .test,
            logger: fixture.logger
        )
    }

    @Test func `A job past its deadline is discarded, not run`() async throws {
        let fixture = try await QueueFixture()
        try await JobEnqueue.enqueue((0..<3).map { try NewJob(PerishableProbe(value: $0)) }, in: fixture.web)
        try await fixture.superuser.execute(
            "UPDATE jobs.job SET deadline = now() - interval '1 second' WHERE args->>'value' <> '1'"
        )
        let runs = Mutex<[Int]>([])
        let handler = JobHandler(PerishableProbe.self) { probe, _ in runs.withLock { $0.append(probe.value) } }
        try await fixture.running(runner(fixture, handler).services) {
            try await expectEventually { try await fixture.count("SELECT count(*) FROM jobs.history") == 3 }
        }
        #expect(runs.withLock { $0 } == [1])
        #expect(try await fixture.finished(.discarded) == 2)
        #expect(
            try await fixture.count("SELECT count(*) FROM jobs.history WHERE last_error = 'its deadline has passed'")
                == 2
        )
    }

    @Test func `A job is stopped at its deadline, and one that would be tried again later ends at it`() async throws {
        let fixture = try await QueueFixture()
        try await JobEnqueue.enqueue(PerishableProbe(value: 1), in: fixture.web)
        let store = fixture.store()
        let kinds = [JobKind(PerishableProbe.self)]
        let job = try #require(
            try await store.claim(queue: "test", kinds: kinds, limit: 1, lease: .seconds(60)).first
        )
        #expect(job.remaining.map { $0 > .seconds(3_000) && $0 <= .seconds(3_600) } == true)
        _ = try await store.finish([
            FinishedJob(lease: job.lease, resolution: .retry(after: .seconds(86_400), error: "x"))
        ])
        #expect(try await fixture.count("SELECT count(*) FROM jobs.job WHERE run_at = deadline") == 1)

        try await fixture.superuser.execute(
            "UPDATE jobs.job SET state = 'available', run_at = now(), deadline = now() + interval '500 milliseconds'"
        )
        let handler = JobHandler(PerishableProbe.self) { _, _ in try await Task.sleep(for: .seconds(3_600)) }
        try await fixture.running(runner(fixture, handler).services) {
            try await expectEventually { try await fixture.finished(.discarded) == 1 }
        }
    }

    @Test func `Secret arguments are stored sealed, run opened, and never shown`() async throws {
        let fixture = try await QueueFixture()
        let sealer = try #require(JobSealer(keys: Self.key))
        let secret = SecretProbe(password: "correct horse")
        #expect(throws: JobSealingError.noKey) { try NewJob(secret) }
        try await JobEnqueue.enqueue(
            [try NewJob(secret, sealer: sealer), try NewJob(Probe(value: 1))],
            in: fixture.web
        )
        let stored =
            "SELECT count(*) FROM jobs.job WHERE job::text LIKE '%horse%' OR encode(secret, 'escape') LIKE '%horse%'"
        #expect(try await fixture.count(PostgresQuery(unescaped: stored)) == 0)
        let book = JobBook(pool: try fixture.database.pool(.operator))
        let shown = try #require(try await book.jobs(JobSelection(kind: SecretProbe.kind)).first)
        #expect(shown.arguments == "{}")
        #expect(shown.sealedBy == "k1")

        let seen = Mutex<SecretProbe?>(nil)
        let handler = JobHandler(SecretProbe.self) { probe, _ in seen.withLock { $0 = probe } }
        try await fixture.running(runner(fixture, sealer: sealer, handler).services) {
            try await expectEventually { try await fixture.finished(.completed) == 1 }
        }
        #expect(seen.withLock { $0 } == secret)
        #expect(try await fixture.count("SELECT count(*) FROM jobs.history WHERE secret IS NOT NULL") == 0)
    }

    @Test func `A worker without the key leaves the attempt to one that has it`() async throws {
        let fixture = try await QueueFixture()
        let sealer = try #require(JobSealer(keys: Self.key))
        try await JobEnqueue.enqueue([try NewJob(SecretProbe(password: "x"), sealer: sealer)], in: fixture.web)
        let handler = JobHandler(SecretProbe.self) { _, _ in }
        try await fixture.running(runner(fixture, handler).services) {
            try await expectEventually { try await fixture.live(.retryable) == 1 }
        }
        let error = try await fixture.superuser.first("SELECT last_error FROM jobs.job")?.decode(0, as: String.self)
        #expect(error == "the arguments are sealed and this worker has no key")
        try await fixture.superuser.execute("UPDATE jobs.job SET run_at = now()")
        try await fixture.running(runner(fixture, worker: 2, sealer: sealer, handler).services) {
            try await expectEventually { try await fixture.finished(.completed) == 1 }
        }
    }

    @Test func `An old release leaves newer arguments alone while the new one runs both`() async throws {
        let fixture = try await QueueFixture()
        try await JobEnqueue.enqueue(NewForm(name: "b", size: 2), in: fixture.web)
        try await JobEnqueue.enqueue(OldForm(name: "a"), in: fixture.web)
        let old = Mutex<[String]>([])
        let new = Mutex<[String]>([])
        let oldHandler = JobHandler(OldForm.self) { form, _ in old.withLock { $0.append(form.name) } }
        let newHandler = JobHandler(NewForm.self) { form, _ in new.withLock { $0.append(form.name) } }
        try await fixture.running(runner(fixture, oldHandler).services) {
            try await expectEventually { try await fixture.finished(.completed) == 1 }
            #expect(try await fixture.live(.available) == 1)
        }
        #expect(old.withLock { $0 } == ["a"])
        try await JobEnqueue.enqueue(OldForm(name: "c"), in: fixture.web)
        try await fixture.running(runner(fixture, worker: 2, newHandler).services) {
            try await expectEventually { try await fixture.finished(.completed) == 3 }
        }
        #expect(Set(new.withLock { $0 }) == ["b", "c"])
    }
}
