// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Database
import Foundation
import Jobs
import Runtime
package import ServiceLifecycle

/// Delivers webhook events: the handler of ``WebhookDelivery``.
package struct WebhookDeliverer: Sendable {
    private let store: WebhookTargetStore
    private let client: WebhookClient
    private let flags: FlagReader
    private let now: @Sendable () -> Int64

    /// - Parameters:
    ///   - allowsPrivate: also allows `http` and private addresses; for development and tests.
    ///   - timeout: for one attempt.
    ///   - flags: say whether deliveries wait.
    ///   - now: seconds since 1970.
    package init(
        store: WebhookTargetStore,
        allowsPrivate: Bool,
        timeout: Duration = WebhookPolicy.timeout,
        flags: FlagReader = FlagReader(),
        now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) }
    ) {
        self.store = store
        self.flags = flags
        self.now = now
        client = WebhookClient(allowsPrivate: allowsPrivate, timeout: timeout)
    }

    /// Closes connections at the end; list it before the job runner's services.
    package var service: any Service { client.clients }

    /// The handler for the job runner.
    package var handler: JobHandler {
        JobHandler(WebhookDelivery.self, while: { [flags] in flags.allowsWebhooks }) { delivery, job in
            try await deliver(delivery, job: job)
        }
    }

    private func deliver(_ delivery: WebhookDelivery, job: ClaimedJob) async throws {
        guard let target = try await store.target(id: delivery.webhookID) else {
            throw JobFailure.cancel("the webhook was deleted")
        }
        guard !target.isSuppressed else { throw JobFailure.cancel("the webhook is suppressed") }
        let start = ContinuousClock.now
        var status: Int?
        var failure: String?
        do {
            let answer = try await client.post(
                to: target.url,
                headers: headers(delivery, target),
                body: Array(delivery.body.utf8)
            )
            status = answer
            failure = WebhookPolicy.failure(status: answer)
        } catch let error as WebhookFailure {
            failure = error.description
        }
        let entry = WebhookDeliveryLogEntry(
            webhookID: target.id,
            jobID: job.id,
            event: delivery.event,
            requestID: delivery.requestID,
            attempt: job.attempt,
            status: status,
            error: failure,
            duration: ContinuousClock.now - start
        )
        let suppressed = try await store.record(entry, suppressionThreshold: WebhookPolicy.suppressionThreshold)
        guard let failure else { return }
        throw suppressed ? JobFailure.cancel("the webhook is suppressed: \(failure)") : JobFailure.retry(failure)
    }

    private func headers(_ delivery: WebhookDelivery, _ target: WebhookTarget) -> [(String, String)] {
        let timestamp = now()
        let secrets = WebhookSecret.list(target.secret)
        var headers = [
            ("content-type", "application/json"),
            ("user-agent", "Zonewright-Webhooks/\(BuildVersion.current)"),
            ("webhook-id", delivery.messageID),
            ("webhook-timestamp", String(timestamp)),
        ]
        if !secrets.isEmpty {
            let signature = WebhookSignature.header(
                id: delivery.messageID,
                timestamp: timestamp,
                body: Array(delivery.body.utf8),
                secrets: secrets
            )
            headers.append(("webhook-signature", signature))
        }
        return headers
    }
}
