// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Hummingbird
import Identity
import Jobs

/// `/v2/{account}/domains/{domain}/certificates`, and what our own prefix has beyond it.
struct CertificateController {
    let services: APIServices

    /// Adds the routes below `/v2/{account}/domains/{domain}/certificates`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(use: self.list)
        group.get(":certificate", use: self.get)
        group.get(":certificate/download", use: self.download)
        group.get(":certificate/private_key", use: self.privateKey)
        group.post("letsencrypt", use: self.purchase)
        group.post("letsencrypt/:certificate/issue", use: self.issue)
        group.post("letsencrypt/:certificate/renewals", use: self.purchaseRenewal)
        group.post("letsencrypt/:certificate/renewals/:renewal/issue", use: self.issueRenewal)
    }

    /// Adds the route below `/x/v1/{account}/domains/{domain}/certificates`.
    func addOwnRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(":certificate/status", use: self.status)
    }

    @Sendable func status(_ request: Request, context: APIRequestContext) async throws -> Response {
        .data(CertificateStatus(certificate: try await self.certificate(context)))
    }

    @Sendable func list(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let query = QueryParameters(request.uri)
        return .list(
            try await self.services.certificates.list(
                account: principal.account.id,
                domain: context.domain,
                sort: Sort<CertificateSortField>.parse(query["sort"] ?? ""),
                page: query.page
            )
        )
    }

    @Sendable func get(_ request: Request, context: APIRequestContext) async throws -> Response {
        .data(try await self.certificate(context))
    }

    @Sendable func download(_ request: Request, context: APIRequestContext) async throws -> Response {
        let certificate = try await self.certificate(context)
        guard certificate.state == .issued, let leaf = certificate.leaf else {
            throw APIError(.preconditionRequired, "Certificate not issued")
        }
        return .data { json in
            json.member("server", leaf)
            json.member("root", String?.none)
            json.member("chain", certificate.issuers)
        }
    }

    @Sendable func privateKey(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let id = try context.numericID("certificate", .certificate)
        let sealed = try await self.services.certificates.sealedKey(
            account: principal.account.id,
            domain: context.domain,
            id: id
        )
        guard let sealed else { throw APIError(.preconditionRequired, "Private key not present") }
        guard let sealer = self.services.sealer else {
            throw FeatureUnavailable("Private keys cannot be read on this server (option job-keys)")
        }
        let key = try sealer.open(sealed, kind: DomainCertificate.keyPurpose(id))
        return .data { $0.member("private_key", String(decoding: key, as: UTF8.self)) }
    }

    @Sendable func purchase(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let order = try await CertificateOrder.read(from: request)
        let certificate = try await self.services.editor.purchaseCertificate(
            account: principal.account,
            domain: context.domain,
            name: order.name,
            alternateNames: order.alternateNames,
            algorithm: order.algorithm ?? "ECDSA",
            autoRenew: order.autoRenew ?? false,
            context: context.changeContext(principal)
        )
        return .data(CertificatePurchase(certificate: certificate), status: .created)
    }

    @Sendable func issue(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let certificate = try await self.services.editor.issueCertificate(
            account: principal.account,
            domain: context.domain,
            id: try context.numericID("certificate", .certificate),
            context: context.changeContext(principal)
        )
        return .data(certificate, status: .accepted)
    }

    @Sendable func purchaseRenewal(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let order = try await CertificateOrder.read(from: request)
        let renewal = try await self.services.editor.purchaseRenewal(
            account: principal.account,
            domain: context.domain,
            id: try context.numericID("certificate", .certificate),
            algorithm: order.algorithm,
            autoRenew: order.autoRenew,
            context: context.changeContext(principal)
        )
        return .data(renewal, status: .created)
    }

    @Sendable func issueRenewal(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let certificate = try await self.services.editor.issueRenewal(
            account: principal.account,
            domain: context.domain,
            id: try context.numericID("certificate", .certificate),
            renewal: try context.numericID("renewal", .certificate),
            context: context.changeContext(principal)
        )
        return .data(certificate, status: .accepted)
    }

    private func certificate(_ context: APIRequestContext) async throws -> DomainCertificate {
        let principal = try context.requirePrincipal()
        return try await self.services.certificates.certificate(
            account: principal.account.id,
            domain: context.domain,
            id: try context.numericID("certificate", .certificate)
        )
    }
}
