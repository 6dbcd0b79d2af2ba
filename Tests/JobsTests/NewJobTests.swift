// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Jobs
import Testing

@Suite struct NewJobTests {
    @Test func `Arguments come back as they went in`() throws {
        let delivery = WebhookDelivery(
            webhookID: 7,
            event: "zone.create",
            requestID: "r",
            body: "{\"a\":\"\\u0000 / ü\"}"
        )
        let job = try NewJob(delivery)
        #expect(job.kind == "webhook.deliver")
        #expect(job.queue == "webhooks")
        #expect(job.maximumAttempts == 10)
        let claimed = ClaimedJob(
            id: 1,
            kind: job.kind,
            queue: job.queue,
            arguments: job.arguments,
            attempt: 1,
            maximumAttempts: 10
        )
        #expect(try claimed.decode(WebhookDelivery.self) == delivery)
    }

    @Test func `Arguments that cannot be read discard the job`() {
        let job = ClaimedJob(id: 1, kind: "k", queue: "q", arguments: "{}", attempt: 1, maximumAttempts: 10)
        #expect(throws: JobFailure.discard("arguments cannot be read as WebhookDelivery")) {
            try job.decode(WebhookDelivery.self)
        }
    }

    @Test func `Each delivery gets a message identifier of its own`() {
        let identifiers = (0..<100).map { _ in WebhookDelivery.makeMessageID() }
        #expect(Set(identifiers).count == 100)
        #expect(identifiers.allSatisfy { $0.hasPrefix("msg_") && $0.utf8.count == 36 })
    }
}
