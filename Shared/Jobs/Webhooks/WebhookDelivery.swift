// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One event to be posted to one webhook.
package struct WebhookDelivery: JobParameters, Equatable {
    /// Never changes: jobs of earlier releases bear it.
    package static let kind = "webhook.deliver"
    /// A queue of their own: slow receivers must not hold up other jobs.
    package static let queue = "webhooks"
    /// Ten attempts, as DNSimple makes.
    package static let maximumAttempts = 10
    /// Nine waits of two hours together.
    package static let backoff = BackoffPolicy.steps(
        [10, 30, 60, 120, 300, 600, 1_200, 1_800, 3_080].map { .seconds($0) }
    )
    /// More than one attempt's own time-out.
    package static let timeLimit = Duration.seconds(30)

    /// One receiver, however slow, leaves room for the others: a queue runs 50.
    package static let limits: JobLimits? = JobLimits(running: 10)

    /// The webhook.
    package var limitKey: String? { String(webhookID) }

    /// The `webhook-id` header: the same for all attempts, so that the receiver can tell repetitions.
    package let messageID: String
    /// The webhook; its URL and secret are read when the event is delivered.
    package let webhookID: Int64
    /// The event's name, for example `zone_record.create`.
    package let event: String
    /// The request that caused the event, a UUID.
    package let requestID: String
    /// The JSON body, posted byte for byte.
    package let body: String

    /// An event for a webhook.
    package init(
        webhookID: Int64,
        event: String,
        requestID: String,
        body: String,
        messageID: String = WebhookDelivery.makeMessageID()
    ) {
        self.messageID = messageID
        self.webhookID = webhookID
        self.event = event
        self.requestID = requestID
        self.body = body
    }

    /// A new identifier: `msg_` and 32 random hexadecimal digits.
    package static func makeMessageID() -> String {
        let digits = [UInt64.random(in: .min ... .max), .random(in: .min ... .max)].map { word in
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 16 - text.utf8.count) + text
        }
        return "msg_\(digits.joined())"
    }

    enum CodingKeys: String, CodingKey {
        case messageID = "message_id"
        case webhookID = "webhook_id"
        case event
        case requestID = "request_id"
        case body
    }
}
