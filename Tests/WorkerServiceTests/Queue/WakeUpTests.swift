// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Jobs
import Postgres
import TestSupport
import Testing
import WorkerService

@testable import Database

@Suite struct WakeUpTests {
    /// Runs `body` while a listener waits for a note; returns once one has come.
    private func awaitNote(_ fixture: QueueFixture, _ body: @escaping @Sendable () async throws -> Void) async throws {
        let notes = PostgresListener.notifications(
            configuration: try fixture.database.configuration(.worker),
            channels: [JobEnqueue.channel],
            logger: fixture.logger
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                // The first one is the listener's own, when it begins to listen.
                for await _ in notes.dropFirst() { return }
            }
            group.addTask {
                // What is said before the listener listens is lost, as any note may be.
                while !Task.isCancelled {
                    try await body()
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
            try await group.next()
            group.cancelAll()
        }
    }

    @Test func `Enqueuing is noticed wherever it happens below, and nothing else is`() async throws {
        let fixture = try await QueueFixture()
        let (_, none) = try await JobEnqueue.noticing { try await fixture.web.first("SELECT 1") == nil }
        #expect(!none)
        let (_, direct) = try await JobEnqueue.noticing {
            try await JobEnqueue.enqueue(Probe(value: 1), in: fixture.web)
        }
        #expect(direct)
        let (_, nested) = try await JobEnqueue.noticing {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await fixture.web.withTransaction { transaction in
                        JobEnqueue.postpone([try NewJob(Probe(value: 2))], in: transaction)
                    }
                }
                try await group.waitForAll()
            }
        }
        #expect(nested)
    }

    @Test func `A notifier sends its notes by statements of its own`() async throws {
        let fixture = try await QueueFixture()
        let notifier = JobNotifier(pool: fixture.web, logger: fixture.logger)
        try await awaitNote(fixture) { try await notifier.notify() }
        let running = Task { await notifier.run() }
        defer { running.cancel() }
        try await awaitNote(fixture) { notifier.enqueued() }
    }

    @Test func `A job that enqueues another one wakes the workers for it`() async throws {
        let fixture = try await QueueFixture()
        let handler = JobHandler(Probe.self) { probe, _ in
            if probe.value > 0 { try await JobEnqueue.enqueue(UrgentProbe(value: probe.value), in: fixture.worker) }
        }
        let runner = JobRunner(
            store: fixture.store(),
            queues: [QueueLimit(name: "test", concurrency: 5)],
            handlers: [handler],
            timing: .test,
            logger: fixture.logger
        )
        try await fixture.running(runner.services) {
            try await awaitNote(fixture) { try await JobEnqueue.enqueue(Probe(value: 1), in: fixture.web) }
        }
        #expect(try await fixture.live(.available) >= 1)
    }
}
