// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ACME
import Database
import Foundation
import Jobs
import Logging

/// Gets and renews the certificates of hosted domains.
struct CertificateWork: Sendable {
    /// The longest that the authority may put a job off.
    private static let longestWait = Duration.seconds(21_600)

    let options: CertificateOptions
    let store: IssuanceStore
    let transport: ACMETransport
    let notifier: ChangeNotifier
    let logger: Logger

    /// The handlers for the job runner.
    var handlers: [JobHandler] {
        [
            JobHandler(IssueCertificate.self) { parameters, job in try await issue(parameters.certificateID, job) },
            JobHandler(RenewCertificates.self) { _, _ in try await renew() },
        ]
    }

    /// The schedule of renewals.
    var periodic: PeriodicJob {
        PeriodicJob(RenewCertificates.kind, .crontab(options.schedule)) {
            try NewJob(RenewCertificates(), uniqueKey: "periodic")
        }
    }

    /// Has a key for the account: from then on the API takes orders.
    func prepare() async throws {
        _ = try await account()
    }

    private func renew() async throws {
        let count = try await store.renewDue()
        guard count > 0 else { return }
        notifier.jobs.enqueued()
        logger.info("certificates are renewed", metadata: ["count": "\(count)"])
    }

    private func issue(_ id: Int64, _ job: ClaimedJob) async throws {
        guard let claimed = try await store.claim(id) else { return }
        let keeper = StoredIssuance(store: store, claimed: claimed, sealer: options.sealer, notifier: notifier)
        let client: ACMEClient
        let outcome: IssuanceOutcome
        do {
            client = try await self.client()
            outcome = try await CertificateIssuer(client: client, keeper: keeper).advance(try keeper.progress())
        } catch let error as ACMEError {
            // Without an account nothing was asked for: that is the operator's to mend.
            return try await later(
                "the certificate authority gives no account: \(error)",
                error.retryAfter,
                claimed,
                job
            )
        } catch let refusal as ProofRefusal {
            try await keeper.withdraw()
            return try await end(try await store.failed(claimed, "\(refusal)"))
        }
        switch outcome {
        case .issued(let chain, _):
            let issued = try await self.issued(chain, client)
            try await end(try await store.issued(claimed, issued))
            logger.info("certificate issued", metadata: ["certificate": "\(id)", "name": "\(claimed.names[0])"])
        case .failed(let reason):
            try await end(try await store.failed(claimed, reason))
            logger.warning("certificate refused", metadata: ["certificate": "\(id)", "reason": "\(reason)"])
        case .later(let reason, let wait):
            try await later(reason, wait, claimed, job)
        }
    }

    /// Another attempt, unless it was the last.
    private func later(
        _ reason: String,
        _ wait: Duration?,
        _ claimed: ClaimedCertificate,
        _ job: ClaimedJob
    ) async throws {
        guard job.attempt < job.maximumAttempts else {
            try await store.withdraw(claimed)
            try? await notifier.notify()
            return try await end(try await store.failed(claimed, reason))
        }
        try await store.delayed(claimed, reason)
        if let wait { throw JobFailure.snooze(min(max(wait, .seconds(1)), Self.longestWait)) }
        throw JobFailure.retry(reason)
    }

    /// The end was written down, with webhooks' jobs, unless another worker was faster.
    private func end(_ isWritten: Bool) async throws {
        guard isWritten else { throw JobFailure.cancel("another worker has the certificate") }
        notifier.jobs.enqueued()
    }

    private func issued(_ chain: CertificateChain, _ client: ACMEClient) async throws -> IssuedCertificate {
        // A suggestion is worth having, and no more than that.
        let suggestion = try? await client.renewalInfo(for: chain)
        let renewal = chain.renewalTime(suggestion: suggestion, share: .random(in: 0...1))
        return IssuedCertificate(
            leaf: chain.leaf,
            issuers: chain.issuers,
            renewalIdentifier: chain.renewalIdentifier,
            expires: chain.notAfter.timeIntervalSince1970,
            renewal: renewal.timeIntervalSince1970
        )
    }

    private func account() async throws -> (key: ACMEAccountKey, url: String?) {
        let purpose = "acme.account"
        let new = try options.sealer.seal(Array(ACMEAccountKey().pem.utf8), kind: purpose)
        let kept = try await store.account(directory: options.directory, newKey: new)
        let pem = String(decoding: try options.sealer.open(kept.sealedKey, kind: purpose), as: UTF8.self)
        return (try ACMEAccountKey(pem: pem), kept.url)
    }

    /// A client with the platform's account, which is made with the first certificate.
    private func client() async throws -> ACMEClient {
        let (key, url) = try await account()
        let client = ACMEClient(directory: options.directory, key: key, account: url, transport: transport)
        if url == nil {
            let made = try await client.register(contact: options.contact, binding: options.binding)
            try await store.setAccountURL(made.url, directory: options.directory)
        }
        return client
    }
}
