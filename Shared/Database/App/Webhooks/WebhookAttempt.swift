// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
import Postgres

/// One attempt to deliver an event, as the webhook's owner sees it.
package struct WebhookAttempt: Sendable, Hashable {
    package let id: Int64
    package let webhookID: Int64
    /// The event's name.
    package let event: String
    /// The envelope's `request_identifier`.
    package let requestID: String
    /// From 1.
    package let attempt: Int32
    /// The HTTP status; nil where there was no answer.
    package let status: Int32?
    /// Why it was no success; nil for a success.
    package let error: String?
    /// In milliseconds.
    package let duration: Int32
    package let deliveredAt: Timestamp

    static var columns: PostgresQuery {
        "id, webhook_id, event, request_id::text AS request_id, attempt, status, error, duration_ms, delivered_at"
    }

    init(row: PostgresRow) throws {
        id = try row.decode("id")
        webhookID = try row.decode("webhook_id")
        event = try row.decode("event")
        requestID = try row.decode("request_id")
        attempt = try row.decode("attempt")
        status = try row.decode("status")
        error = try row.decode("error")
        duration = try row.decode("duration_ms")
        deliveredAt = try row.timestamp("delivered_at")
    }
}

extension WebhookAttempt: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("webhook_id", webhookID)
            json.member("event", event)
            json.member("request_identifier", requestID)
            json.member("attempt", attempt)
            json.member("status", status)
            json.member("error", error)
            json.member("duration_ms", duration)
            json.member("delivered_at", deliveredAt)
        }
    }
}
