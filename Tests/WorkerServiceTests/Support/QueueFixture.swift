// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Jobs
import Logging
import Postgres
import ServiceLifecycle
import TestSupport
import Testing
import WorkerService

/// A migrated database with what tests of the queue ask of it.
struct QueueFixture {
    let database: TestDatabase
    let superuser: PostgresPool
    let web: PostgresPool
    let worker: PostgresPool
    let logger: Logger

    init() async throws {
        database = try await TestDatabase.make()
        superuser = try database.pool(.superuser)
        web = try database.pool(.web)
        worker = try database.pool(.worker, size: 6)
        var logger = Logger(label: "tests")
        logger.logLevel = .critical
        self.logger = logger
    }

    /// A store as a worker process has it; `number` tells processes apart.
    func store(_ number: Int = 1) -> JobQueueStore {
        let digits = String(number)
        let padding = String(repeating: "0", count: 12 - digits.count)
        return JobQueueStore(pool: worker, worker: "00000000-0000-4000-8000-\(padding)\(digits)")
    }

    @discardableResult
    func enqueue(_ count: Int) async throws -> Int {
        try await JobEnqueue.enqueue((0..<count).map { try NewJob(Probe(value: $0)) }, in: web)
    }

    func claim(_ store: JobQueueStore, limit: Int = 100, lease: Duration = .seconds(60)) async throws -> [ClaimedJob] {
        try await store.claim(
            queue: "test",
            kinds: [JobKind(Probe.self), JobKind(UrgentProbe.self)],
            limit: limit,
            lease: lease
        )
    }

    func count(_ query: PostgresQuery) async throws -> Int {
        try await superuser.first(query)?.decode(0) ?? -1
    }

    func live(_ state: JobState) async throws -> Int {
        try await count("SELECT count(*) FROM jobs.job WHERE state = \(state.rawValue)")
    }

    func finished(_ state: JobState) async throws -> Int {
        try await count("SELECT count(*) FROM jobs.history WHERE state = \(state.rawValue)")
    }

    /// Makes all leases look expired, as those of a killed worker are after a minute.
    func expireLeases() async throws {
        try await superuser.execute(
            "UPDATE jobs.job SET lease_until = now() - interval '1 second' WHERE state = 'executing'"
        )
    }

    /// Runs services while `body` runs, then shuts them down gracefully and waits for them.
    func running<Value: Sendable>(_ services: [any Service], _ body: () async throws -> Value) async throws -> Value {
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: services, logger: logger))
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let value = try await body()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return value
        }
    }
}

/// Times short enough for tests; none of them decides a result.
extension QueueTiming {
    static var test: QueueTiming {
        var timing = QueueTiming()
        timing.poll = .milliseconds(20)
        timing.heartbeat = .milliseconds(50)
        timing.staging = .milliseconds(20)
        timing.scheduling = .milliseconds(50)
        return timing
    }
}

/// Waits until a condition holds; records an issue if it still does not after a minute.
func expectEventually(
    sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("the condition never held", sourceLocation: sourceLocation)
}
