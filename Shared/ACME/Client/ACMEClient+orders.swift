// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import NIOHTTP1

extension ACMEClient {
    /// Orders a certificate (RFC 8555 section 7.4).
    ///
    /// - Parameters:
    ///   - names: In ASCII; wildcards begin with `*.`.
    ///   - replaces: The ``CertificateChain/renewalIdentifier`` of the certificate that it takes the place of (RFC 9773
    ///     section 5); not sent to servers that suggest no renewals.
    package func newOrder(names: [String], replaces: String? = nil) async throws -> ACMEOrder {
        struct Request: Encodable {
            let identifiers: [ACMEIdentifier]
            let replaces: String?
        }

        let directory = try await directory()
        let request = Request(
            identifiers: names.map { ACMEIdentifier(name: $0) },
            replaces: directory.renewalInfo == nil ? nil : replaces
        )
        let response = try await post(directory.newOrder, try SignedRequest.json(request))
        guard let url = response.location else { throw ACMEError.invalidAnswer("an order without URL") }
        return ACMEOrder(url: url, try response.decode(ACMEOrder.Body.self), retryAfter: response.retryAfter)
    }

    /// Where an order stands.
    package func order(at url: String) async throws -> ACMEOrder {
        let response = try await post(url, [])
        return ACMEOrder(url: url, try response.decode(ACMEOrder.Body.self), retryAfter: response.retryAfter)
    }

    /// Where an authorization stands (section 7.5).
    package func authorization(at url: String) async throws -> ACMEAuthorization {
        let response = try await post(url, [])
        return ACMEAuthorization(
            url: url,
            try response.decode(ACMEAuthorization.Body.self),
            retryAfter: response.retryAfter
        )
    }

    /// Tells the server to look for a challenge's proof (section 7.5.1).
    @discardableResult
    package func answer(_ challenge: ACMEChallenge) async throws -> ACMEChallenge {
        try await post(challenge.url, Array("{}".utf8)).decode(ACMEChallenge.self)
    }

    /// Asks for the certificate of an order that is ready (section 7.4).
    package func finalize(_ order: ACMEOrder, _ request: CertificateRequest) async throws -> ACMEOrder {
        struct Request: Encodable { let csr: String }

        let body = try SignedRequest.json(Request(csr: Base64URL.encode(request.octets)))
        let response = try await post(order.finalize, body)
        return ACMEOrder(url: order.url, try response.decode(ACMEOrder.Body.self), retryAfter: response.retryAfter)
    }

    /// The certificate of an order that is valid (section 7.4.2).
    package func certificate(of order: ACMEOrder) async throws -> CertificateChain {
        guard let url = order.certificate else { throw ACMEError.invalidAnswer("a valid order without certificate") }
        let response = try await post(url, [], accept: "application/pem-certificate-chain")
        return try CertificateChain(pem: String(decoding: response.body, as: UTF8.self))
    }

    /// Waits until an order is past `states`.
    ///
    /// - Parameters:
    ///   - limit: After it the order is returned as it then is.
    ///   - pause: Between two questions, unless the server asks for another.
    package func settle(
        _ order: ACMEOrder,
        past states: Set<ACMEOrder.Status>,
        limit: Duration,
        pause: Duration = .milliseconds(500)
    ) async throws -> ACMEOrder {
        let deadline = ContinuousClock.now + limit
        var order = order
        while states.contains(order.status) {
            let delay = max(order.retryAfter ?? pause, .milliseconds(50))
            guard ContinuousClock.now + delay < deadline else { return order }
            try await Task.sleep(for: delay)
            order = try await self.order(at: order.url)
        }
        return order
    }

    /// Revokes a certificate of this account (section 7.6).
    ///
    /// - Parameter reason: A code of RFC 5280 section 5.3.1.
    package func revoke(_ chain: CertificateChain, reason: Int = 0) async throws {
        struct Request: Encodable {
            let certificate: String
            let reason: Int
        }

        let body = try SignedRequest.json(Request(certificate: Base64URL.encode(chain.octets), reason: reason))
        _ = try await post(try await directory().revokeCert, body)
    }

    /// When the server suggests to renew a certificate (RFC 9773); nil where it suggests nothing.
    package func renewalInfo(for chain: CertificateChain) async throws -> ACMERenewalInfo? {
        guard let base = try await directory().renewalInfo, let identifier = chain.renewalIdentifier else { return nil }
        let response = try await transport.send(.GET, base.hasSuffix("/") ? base + identifier : "\(base)/\(identifier)")
        return ACMERenewalInfo(try response.decode(ACMERenewalInfo.Body.self), retryAfter: response.retryAfter)
    }
}
