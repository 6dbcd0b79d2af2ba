// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Glibc
import Jobs
import Postgres
import TestSupport
import Testing

/// The built `zonewright-worker` as a process.
@Suite struct WorkerDaemonTests {
    private func start(
        _ fixture: QueueFixture,
        arguments: [String] = [],
        environment: [String: String] = [:]
    ) throws -> (process: DaemonProcess, port: Int) {
        let port = try FreePort.next()
        let process = try DaemonProcess(
            "zonewright-worker",
            arguments: ["--ops-listen", "127.0.0.1:\(port)", "--webhook-allow-private"] + arguments,
            environment: ["ZONEWRIGHT_DATABASE_URL": fixture.database.workerURL].merging(environment) { $1 }
        )
        return (process, port)
    }

    /// A webhook that leads to `receiver`, and one event for it.
    private func deliverOne(_ fixture: QueueFixture, to receiver: WebhookReceiver) async throws {
        try await fixture.superuser.execute(
            "INSERT INTO app.account (id, email, name) VALUES (1, 'a@example.com', 'A')"
        )
        try await fixture.superuser.execute(
            """
            INSERT INTO app.webhook (id, account_id, url, secret)
            VALUES (1, 1, \("http://127.0.0.1:\(receiver.port)/"), \(WebhookSecret.generate()))
            """
        )
        let delivery = WebhookDelivery(
            webhookID: 1,
            event: "zone.create",
            requestID: "11111111-2222-4333-8444-555555555555",
            body: "{}"
        )
        try await JobEnqueue.enqueue(delivery, in: fixture.web)
    }

    @Test func `It becomes ready, runs the periodic jobs, shows its metrics and ends with 0 on SIGTERM`() async throws {
        let fixture = try await QueueFixture()
        let (process, port) = try start(fixture)
        try await process.waitUntilReady(port: port)
        // The prober's slots are a minute long: the second of them may come while the test runs.
        try await expectEventually { try await fixture.finished(.completed) >= 2 }
        let metrics = try HTTPClient(port: port).get("/metrics").text
        #expect(metrics.contains(#"jobs_started_total{kind="prune.history"} 1"#))
        #expect(metrics.contains(#"jobs_started_total{kind="distribution.probe"}"#))
        #expect(metrics.contains(#"zonewright_build_info{service="zonewright-worker""#))
        #expect(try await process.stop() == 0)
        #expect(process.log.contains(#""msg":"stopped""#))
    }

    @Test func `A job in a worker that is killed runs again in another one`() async throws {
        let fixture = try await QueueFixture()
        let receiver = try await WebhookReceiver()
        receiver.answer(.silence)
        try await deliverOne(fixture, to: receiver)
        let (first, _) = try start(fixture)
        try await expectEventually { receiver.requests.count == 1 }
        first.signal(SIGKILL)
        #expect(try await first.waitForExit() == 128 + SIGKILL)
        let held = try await fixture.count(
            "SELECT count(*) FROM jobs.job WHERE kind = 'webhook.deliver' AND state = 'executing'"
        )
        #expect(held == 1)

        receiver.answer(.status(200))
        try await fixture.expireLeases()
        let (second, _) = try start(fixture)
        try await expectEventually {
            try await fixture.count("SELECT count(*) FROM jobs.history WHERE kind = 'webhook.deliver'") == 1
        }
        #expect(receiver.requests.count == 2)
        #expect(Set(receiver.requests.map { $0.headers["webhook-id"] }).count == 1)
        #expect(try await fixture.count("SELECT attempt FROM jobs.history WHERE kind = 'webhook.deliver'") == 2)
        #expect(try await second.stop() == 0)
        try await receiver.close()
    }

    @Test func `A taken port, a missing database and wrong options end it with what is wrong`() async throws {
        let fixture = try await QueueFixture()
        let (first, port) = try start(fixture)
        try await first.waitUntilReady(port: port)
        let (second, _) = try start(fixture, environment: [:])
        let taken = try DaemonProcess(
            "zonewright-worker",
            arguments: ["--ops-listen", "127.0.0.1:\(port)"],
            environment: ["ZONEWRIGHT_DATABASE_URL": fixture.database.workerURL]
        )
        #expect(try await taken.waitForExit() == 69)
        try await taken.waitForText("cannot listen on 127.0.0.1:\(port) (option ops-listen): address already in use")

        let url = "postgresql:///none?host=/nonexistent"
        let (missing, _) = try start(fixture, environment: ["ZONEWRIGHT_DATABASE_URL": url])
        #expect(try await missing.waitForExit() == 69)
        try await missing.waitForText("zonewright-worker: database (option database-url): ")

        let (wrong, _) = try start(fixture, arguments: ["--queues", "webhooks"])
        #expect(try await wrong.waitForExit() == 64)
        try await wrong.waitForText(
            #"zonewright-worker: option queues (flag --queues): "webhooks" is not name=concurrency"#
        )
        #expect(try await second.stop() == 0)
        #expect(try await first.stop() == 0)
    }

    @Test func `An empty database is refused with the remedy`() async throws {
        let database = try await TestDatabase.makeEmpty()
        let process = try DaemonProcess(
            "zonewright-worker",
            arguments: ["--ops-listen", "127.0.0.1:0"],
            environment: ["ZONEWRIGHT_DATABASE_URL": database.operatorURL]
        )
        #expect(try await process.waitForExit() == 69)
        try await process.waitForText("run zonewright migrate")
        try await database.drop()
    }
}

extension DaemonProcess {
    /// Waits for output that may arrive after the process has ended.
    fileprivate func waitForText(_ text: String) async throws {
        try await expectEventually { log.contains(text) }
    }
}
