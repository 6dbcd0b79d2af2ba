// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Jobs
import Postgres
import TestSupport
import Testing
import WorkerService

@Suite struct WebhookDeliveryTests {
    private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    private static let requestID = "11111111-2222-4333-8444-555555555555"

    private let fixture: QueueFixture
    private let receiver: WebhookReceiver

    init() async throws {
        fixture = try await QueueFixture()
        receiver = try await WebhookReceiver()
    }

    private func webhook(_ url: String? = nil, failures: Int = 0) async throws -> Int64 {
        try await fixture.superuser.execute(
            "INSERT INTO app.account (id, email, name) VALUES (1, 'a@example.com', 'A') ON CONFLICT DO NOTHING"
        )
        let row = try await fixture.superuser.first(
            """
            INSERT INTO app.webhook (account_id, url, secret, failures)
            VALUES (1, \(url ?? "http://127.0.0.1:\(receiver.port)/hook?a=b"), \(Self.secret), \(Int32(failures)))
            RETURNING id
            """
        )
        return try #require(try row?.decode(0))
    }

    private func enqueue(_ webhook: Int64, body: String = "{}") async throws {
        let delivery = WebhookDelivery(
            webhookID: webhook,
            event: "zone_record.create",
            requestID: Self.requestID,
            body: body,
            messageID: "msg_1"
        )
        try await JobEnqueue.enqueue(delivery, in: fixture.web)
    }

    private func running(
        allowsPrivate: Bool = true,
        timeout: Duration = .seconds(10),
        flags: FlagReader = FlagReader(),
        _ body: () async throws -> Void
    ) async throws {
        let deliverer = WebhookDeliverer(
            store: WebhookTargetStore(pool: fixture.worker),
            allowsPrivate: allowsPrivate,
            timeout: timeout,
            flags: flags,
            now: { 1_614_265_330 }
        )
        let runner = JobRunner(
            store: fixture.store(),
            queues: [QueueLimit(name: WebhookDelivery.queue, concurrency: 5)],
            handlers: [deliverer.handler],
            timing: .test,
            logger: fixture.logger
        )
        try await fixture.running([deliverer.service] + runner.services, body)
        try await receiver.close()
    }

    private func lastError() async throws -> String? {
        try await fixture.superuser.first("SELECT error FROM jobs.webhook_delivery ORDER BY id DESC LIMIT 1")?.decode(0)
    }

    @Test func `An event is posted byte for byte with its signature`() async throws {
        let body = #"{"name":"zone_record.create","data":{"content":"ü \u0000 \\ \"x\""}}"#
        try await enqueue(try await webhook(), body: body)
        try await running {
            try await expectEventually { try await fixture.finished(.completed) == 1 }
        }
        let request = try #require(receiver.requests.first)
        #expect(receiver.requests.count == 1)
        #expect(request.path == "/hook?a=b")
        #expect(request.body == Array(body.utf8))
        #expect(request.headers["content-type"] == "application/json")
        #expect(request.headers["webhook-id"] == "msg_1")
        #expect(request.headers["webhook-timestamp"] == "1614265330")
        let expected = WebhookSignature.header(
            id: "msg_1",
            timestamp: 1_614_265_330,
            body: Array(body.utf8),
            secrets: WebhookSecret.list(Self.secret)
        )
        #expect(request.headers["webhook-signature"] == expected)
        let row = try #require(
            try await fixture.superuser.first("SELECT status, error, attempt, event FROM jobs.webhook_delivery")
        )
        #expect(try row.decode(0, as: Int32?.self) == 200)
        #expect(try row.decode(1, as: String?.self) == nil)
        #expect(try row.decode(2, as: Int32.self) == 1)
        #expect(try row.decode(3, as: String.self) == "zone_record.create")
    }

    @Test(arguments: [201, 204, 404, 500])
    func `Any other status than 200 is a failure that is tried again`(status: Int) async throws {
        receiver.answer(.status(status))
        try await enqueue(try await webhook())
        try await running {
            try await expectEventually { try await fixture.live(.retryable) == 1 }
        }
        let error = try await lastError()
        #expect(error == "answered \(status) instead of 200")
        #expect(try await fixture.count("SELECT failures FROM app.webhook") == 1)
    }

    @Test func `Success sets the count of failures back`() async throws {
        try await enqueue(try await webhook(failures: 9))
        try await running {
            try await expectEventually { try await fixture.finished(.completed) == 1 }
        }
        #expect(try await fixture.count("SELECT failures FROM app.webhook") == 0)
    }

    @Test func `The tenth failing attempt is the last`() async throws {
        receiver.answer(.status(500))
        try await enqueue(try await webhook())
        try await fixture.superuser.execute("UPDATE jobs.job SET attempt = 9")
        try await running {
            try await expectEventually { try await fixture.finished(.discarded) == 1 }
        }
        #expect(receiver.requests.count == 1)
    }

    @Test func `The fifteenth failure in a row suppresses the webhook`() async throws {
        receiver.answer(.status(500))
        let id = try await webhook(failures: 14)
        try await enqueue(id)
        try await running {
            try await expectEventually { try await fixture.finished(.cancelled) == 1 }
            try await enqueue(id)
            try await expectEventually { try await fixture.finished(.cancelled) == 2 }
        }
        #expect(receiver.requests.count == 1)
        #expect(try await fixture.count("SELECT count(*) FROM app.webhook WHERE suppressed_at IS NOT NULL") == 1)
    }

    @Test func `Redirects are not followed`() async throws {
        receiver.answer(.redirect(to: "http://127.0.0.1:\(receiver.port)/elsewhere"))
        try await enqueue(try await webhook())
        try await running {
            try await expectEventually { try await fixture.live(.retryable) == 1 }
        }
        #expect(receiver.requests.map(\.path) == ["/hook?a=b"])
        let error = try await lastError()
        #expect(error == "answered 302; redirects are not followed")
    }

    @Test func `A receiver that does not answer is given up in time`() async throws {
        receiver.answer(.silence)
        try await enqueue(try await webhook())
        try await running(timeout: .milliseconds(300)) {
            try await expectEventually { try await fixture.live(.retryable) == 1 }
        }
        let error = try await lastError()
        #expect(error == "no answer in time")
    }

    @Test func `An answer without end is not read to its end`() async throws {
        receiver.answer(.endless)
        try await enqueue(try await webhook())
        try await running {
            try await expectEventually { try await fixture.finished(.completed) == 1 }
        }
    }

    @Test func `A refused connection is a failure with its reason`() async throws {
        try await enqueue(try await webhook("http://127.0.0.1:1/"))
        try await running {
            try await expectEventually { try await fixture.live(.retryable) == 1 }
        }
        let error = try #require(try await lastError())
        #expect(error.hasPrefix("cannot connect: "))
    }

    @Test(arguments: ["https://127.0.0.1:PORT/", "https://[::1]:PORT/", "https://localhost:PORT/", "https://10.1.2.3/"])
    func `Private addresses are refused without a connection`(url: String) async throws {
        try await enqueue(
            try await webhook(url.split(separator: "PORT").joined(separator: "\(receiver.port)"))
        )
        try await running(allowsPrivate: false) {
            try await expectEventually { try await fixture.live(.retryable) == 1 }
        }
        #expect(receiver.requests.isEmpty)
        let error = try await lastError()
        #expect(error == "the host has an address that is not public")
    }

    @Test func `Plain http is refused by default`() async throws {
        try await enqueue(try await webhook())
        try await running(allowsPrivate: false) {
            try await expectEventually { try await fixture.live(.retryable) == 1 }
        }
        #expect(receiver.requests.isEmpty)
        let error = try await lastError()
        #expect(error == "not an https URL")
    }

    @Test func `Events of a deleted webhook are cancelled`() async throws {
        try await enqueue(4_711)
        try await running {
            try await expectEventually { try await fixture.finished(.cancelled) == 1 }
        }
        #expect(receiver.requests.isEmpty)
    }

    @Test func `Deliveries that are switched off wait and lose no attempt`() async throws {
        let operations = FlagStore(pool: try fixture.database.pool(.operator, size: 1))
        let flags = FlagReader(pool: try fixture.database.pool(.worker, size: 1), logger: fixture.logger)
        try await operations.set(.webhooks, for: .everybody, share: 0)
        try await flags.refresh()
        try await enqueue(try await webhook())
        try await running(flags: flags) {
            // Another kind of job in the same database shows that claims went on meanwhile.
            let rounds = try await fixture.count(
                "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
            )
            try await expectEventually {
                try await fixture.count("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")
                    > rounds + 20
            }
            #expect(receiver.requests.isEmpty)
            #expect(try await fixture.count("SELECT count(*) FROM jobs.job WHERE attempt = 0") == 1)
            try await operations.set(.webhooks, for: .everybody, share: 100)
            try await flags.refresh()
            try await expectEventually { try await fixture.finished(.completed) == 1 }
        }
        #expect(receiver.requests.count == 1)
    }
}
