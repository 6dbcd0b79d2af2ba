// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Gets certificates step by step. An attempt may end anywhere, by a failure or by the death of its process; the next one,
/// with the progress that was saved last, goes on from there with the same key and the same order.
///
/// What RFC 8555 leaves open: an order that the server made, and whose URL could not be saved, cannot be found again. It has
/// done nothing yet, and expires; the next attempt orders again.
package struct CertificateIssuer: Sendable {
    private let client: ACMEClient
    private let keeper: any IssuanceKeeper
    private let patience: Duration

    /// - Parameters:
    ///   - client: Knows its account.
    ///   - patience: How long one attempt waits for the server's opinion, and again for the certificate.
    package init(client: ACMEClient, keeper: any IssuanceKeeper, patience: Duration = .seconds(30)) {
        self.client = client
        self.keeper = keeper
        self.patience = patience
    }

    /// Goes on from `progress` as far as it goes. Once the outcome is certain, the records of the proofs are withdrawn.
    ///
    /// - Throws: what the keeper throws, an error for a saved key that is none, and CancellationError. What the server says is the outcome.
    package func advance(_ progress: IssuanceProgress) async throws -> IssuanceOutcome {
        let outcome: IssuanceOutcome
        do {
            outcome = try await attempt(progress)
        } catch let error as ACMEError {
            outcome = Self.isTransient(error) ? .later("\(error)", after: error.retryAfter) : .failed("\(error)")
        }
        switch outcome {
        case .issued, .failed: try await keeper.withdraw()
        case .later: break
        }
        return outcome
    }

    /// An order whose request for the certificate was received, but its answer lost, is not ready a second time: what became
    /// of it is seen when it is looked at again.
    private static func isTransient(_ error: ACMEError) -> Bool {
        if case .refused(let problem) = error, problem.kind == "orderNotReady" { return true }
        return error.isTransient
    }

    private func attempt(_ saved: IssuanceProgress) async throws -> IssuanceOutcome {
        var progress = saved
        let key = try await self.key(&progress)
        var order = try await self.order(&progress)
        if order.status == .pending {
            if let waiting = try await prove(order) { return waiting }
            order = try await client.order(at: order.url)
            order = try await client.settle(order, past: [.pending], limit: patience)
        }
        if order.status == .ready {
            try await keeper.begin(.finalize)
            order = try await client.finalize(order, try key.request(for: progress.names))
        }
        order = try await client.settle(order, past: [.processing], limit: patience)
        switch order.status {
        case .pending, .ready, .processing:
            return .later("the certificate authority has not decided yet", after: order.retryAfter)
        case .invalid:
            return .failed(try await reason(order))
        case .valid:
            try await keeper.begin(.download)
            let chain = try await client.certificate(of: order)
            guard chain.fits(key, names: progress.names) else {
                return .failed("the certificate is not for the names and the key that it was asked for")
            }
            return .issued(chain, key: key.pem)
        }
    }

    /// The key of the certificate, saved before anything depends on it.
    private func key(_ progress: inout IssuanceProgress) async throws -> CertificateKey {
        if let pem = progress.key { return try CertificateKey(pem: pem) }
        let key = try CertificateKey(progress.algorithm)
        progress.key = key.pem
        try await keeper.save(progress)
        return key
    }

    private func order(_ progress: inout IssuanceProgress) async throws -> ACMEOrder {
        if let url = progress.order { return try await client.order(at: url) }
        try await keeper.begin(.order)
        let order = try await client.newOrder(names: progress.names, replaces: progress.replaces)
        progress.order = order.url
        try await keeper.save(progress)
        return order
    }

    /// Publishes the proofs that are missing, and has the server look for them once they are everywhere.
    ///
    /// - Returns: an outcome when it cannot go on.
    private func prove(_ order: ACMEOrder) async throws -> IssuanceOutcome? {
        var proofs: Set<DNSProof> = []
        var unanswered: [ACMEChallenge] = []
        for url in order.authorizations {
            let authorization = try await client.authorization(at: url)
            if authorization.status == .valid { continue }
            guard authorization.status == .pending else {
                return .failed("\(authorization.name): \(authorization.problem?.summary ?? "not proven")")
            }
            guard let challenge = authorization.dnsChallenge, let token = challenge.token else {
                return .failed("the certificate authority wants another proof for \(authorization.name) than DNS has")
            }
            let text = client.key.dnsProof(token: token)
            proofs.insert(DNSProof(name: "_acme-challenge.\(authorization.name)", text: text))
            if challenge.status == "pending" { unanswered.append(challenge) }
        }
        guard !proofs.isEmpty else { return nil }
        guard try await keeper.publish(proofs) else {
            return .later("the records of the proofs are not on every name server yet", after: nil)
        }
        for challenge in unanswered {
            try await keeper.begin(.answer)
            try await client.answer(challenge)
        }
        return nil
    }

    /// Why an order is invalid: as a rule a proof says more than the order.
    private func reason(_ order: ACMEOrder) async throws -> String {
        for url in order.authorizations {
            let authorization = try await client.authorization(at: url)
            if let problem = authorization.problem { return "\(authorization.name): \(problem.summary)" }
        }
        return order.error?.summary ?? "the certificate authority refused without a reason"
    }
}
