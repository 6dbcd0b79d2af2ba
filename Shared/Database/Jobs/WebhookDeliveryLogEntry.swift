// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// One attempt at a delivery, for the log.
package struct WebhookDeliveryLogEntry: Sendable, Equatable {
    /// The webhook.
    package let webhookID: Int64
    /// The job whose attempt this was.
    package let jobID: Int64
    /// The event's name.
    package let event: String
    /// A UUID.
    package let requestID: String
    /// From 1; the same as the job's.
    package let attempt: Int
    /// The HTTP status; `nil` if there was no answer.
    package let status: Int?
    /// Why it was no success; `nil` for success.
    package let error: String?
    /// From the start of the attempt to its end.
    package let duration: Duration

    /// Describes one attempt.
    package init(
        webhookID: Int64,
        jobID: Int64,
        event: String,
        requestID: String,
        attempt: Int,
        status: Int?,
        error: String?,
        duration: Duration
    ) {
        self.webhookID = webhookID
        self.jobID = jobID
        self.event = event
        self.requestID = requestID
        self.attempt = attempt
        self.status = status
        self.error = error
        self.duration = duration
    }
}
