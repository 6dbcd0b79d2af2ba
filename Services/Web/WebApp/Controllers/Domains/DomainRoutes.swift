// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Hummingbird

/// Every route about domains, registrants and what a registrar would do.
struct DomainRoutes {
    let services: APIServices

    /// Adds the routes to `/v2` and to `/x/v1`.
    func addRoutes(to version2: RouterGroup<APIRequestContext>, own: RouterGroup<APIRequestContext>) {
        let domains = self.guarded(version2, ":account/domains", "domains")
        ResearchController().addRoutes(to: domains)
        DomainController(services: services).addRoutes(to: domains)
        DNSSECController(services: services).addRoutes(to: domains.group(":domain"))
        EmailForwardController(services: services).addRoutes(to: domains.group(":domain/email_forwards"))
        let certificates = CertificateController(services: services)
        certificates.addRoutes(to: domains.group(":domain/certificates"))
        certificates.addOwnRoutes(to: self.guarded(own, ":account/domains/:domain/certificates", "domains"))
        CollaboratorController().addRoutes(to: domains.group(":domain/collaborators"))

        let pushes = PushController(services: services)
        pushes.addRoutes(to: domains.group(":domain/pushes"))
        pushes.addAnswerRoutes(to: self.guarded(version2, ":account/pushes", "domains"))
        pushes.addIdentifierRoute(to: self.guarded(own, ":account/identifier", "domains"))

        ContactController(services: services).addRoutes(to: self.guarded(version2, ":account/contacts", "contacts"))
        VanityController(services: services).addRoutes(to: self.guarded(version2, ":account/vanity", "domains"))
        ChargeController().addRoutes(to: self.guarded(version2, ":account/billing", "billing"))
        TopLevelDomainController().addRoutes(to: version2.group("tlds"))

        let registrar = self.guarded(version2, ":account/registrar", "registrar")
        DelegationController(services: services).addRoutes(to: registrar.group("domains/:domain/delegation"))
        RegistrarController(services: services).addRoutes(to: registrar)
    }

    private func guarded(
        _ group: RouterGroup<APIRequestContext>,
        _ path: RouterPath,
        _ resource: String
    ) -> RouterGroup<APIRequestContext> {
        group.group(path).add(middleware: AccountMiddleware(resource: resource, names: services.scopeNames))
    }
}
