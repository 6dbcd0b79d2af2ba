// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One event to be posted to one webhook.
package struct WebhookDelivery: JobParameters, Equatable {
    package static let kind = "webhook.deliver"
    package static let queue = "webhooks"
    package static let maximumAttempts = 10
    /// Nine waits of two hours together.
    package static let backoff = BackoffPolicy.steps(
        [10, 30, 60, 120, 300, 600, 1_200, 1_800, 3_080].map { .seconds($0) }
    )
    package static let timeLimit = Duration.seconds(30)

    /// The `webhook-id` header: the same for all attempts, so that the receiver can tell repetitions.
    package let messageID: String
    package let webhookID: Int64
    /// The event's name, for example `zone_record.create`.
    package let event: String
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
