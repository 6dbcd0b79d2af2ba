// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ACME
import Database
import Domain
import Jobs
import Logging

/// Keeps one certificate's way in the database, and its proofs in the hosted zones.
struct StoredIssuance: IssuanceKeeper {
    /// How long one attempt waits for the name servers.
    private static let patience = Duration.seconds(60)

    let store: IssuanceStore
    let claimed: ClaimedCertificate
    let sealer: JobSealer
    let notifier: ChangeNotifier

    /// How far it had come.
    func progress() throws -> IssuanceProgress {
        let key = try claimed.sealedKey.map {
            String(decoding: try sealer.open($0, kind: DomainCertificate.keyPurpose(claimed.id)), as: UTF8.self)
        }
        return IssuanceProgress(
            names: claimed.names,
            algorithm: CertificateKey.Algorithm(rawValue: claimed.algorithm) ?? .ecdsa,
            replaces: claimed.replaces,
            key: key,
            order: claimed.order
        )
    }

    func begin(_ step: IssuanceStep) async throws {
        guard try await store.holds(claimed) else { throw Self.overtaken }
    }

    func save(_ progress: IssuanceProgress) async throws {
        guard let key = progress.key else { return }
        let isKept = try await store.save(
            claimed,
            sealedKey: try sealer.seal(Array(key.utf8), kind: DomainCertificate.keyPurpose(claimed.id)),
            request: try CertificateKey(pem: key).request(for: progress.names).pem,
            order: progress.order
        )
        guard isKept else { throw Self.overtaken }
    }

    func publish(_ proofs: Set<DNSProof>) async throws -> Bool {
        let records = proofs.map { ProofRecord(name: $0.name, value: $0.text) }
        guard let zones = try await store.publish(records, for: claimed) else { throw Self.overtaken }
        try? await notifier.notify()
        let deadline = ContinuousClock.now + Self.patience
        while try await !store.isEverywhere(zones) {
            guard ContinuousClock.now < deadline else { return false }
            try await Task.sleep(for: .milliseconds(100))
        }
        return true
    }

    func withdraw() async throws {
        try await store.withdraw(claimed)
        try? await notifier.notify()
    }

    private static let overtaken = JobFailure.cancel("another worker has the certificate")
}
