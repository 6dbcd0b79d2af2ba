// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Hummingbird
import Identity

/// `/v2/{account}/domains/{domain}/certificates`: a domain has none as long as the platform issues none.
struct CertificateController {
    let services: APIServices

    /// Adds the routes below `/v2/{account}/domains/{domain}/certificates`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(use: self.list)
        group.get(":certificate", use: self.missing)
        group.get(":certificate/download", use: self.missing)
        group.get(":certificate/private_key", use: self.missing)
        group.post("letsencrypt", use: self.purchase)
        group.post("letsencrypt/:certificate/issue", use: self.missing)
        group.post("letsencrypt/:certificate/renewals", use: self.missing)
        group.post("letsencrypt/:certificate/renewals/:renewal/issue", use: self.missing)
    }

    @Sendable func list(_ request: Request, context: APIRequestContext) async throws -> Response {
        try await self.requireDomain(context)
        return .emptyList(QueryParameters(request.uri).page)
    }

    @Sendable func missing(_ request: Request, context: APIRequestContext) async throws -> Response {
        try await self.requireDomain(context)
        throw NotFound(.certificate, context.path("certificate"))
    }

    @Sendable func purchase(_ request: Request, context: APIRequestContext) async throws -> Response {
        try await self.requireDomain(context)
        throw FeatureUnavailable("Certificates are not issued by this platform")
    }

    private func requireDomain(_ context: APIRequestContext) async throws {
        let principal = try context.requirePrincipal()
        _ = try await self.services.domains.domain(account: principal.account.id, context.domain)
    }
}
