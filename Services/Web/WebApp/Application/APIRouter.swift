// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Database
import Hummingbird

/// The router of the API: every route with its middlewares, for the application and for tests.
package struct APIRouter: HTTPResponderBuilder {
    let services: APIServices
    let authenticator: any Authenticator
    let limiter: RateLimiter
    let proxies: TrustedProxies
    let flags: FlagReader
    let clock: UnixClock

    /// - Parameters:
    ///   - services: what the handlers work with.
    ///   - authenticator: who knows the tokens.
    ///   - limiter: who counts the requests.
    ///   - proxies: whose word about the client's address is taken.
    ///   - flags: what is switched off.
    ///   - clock: the time that windows of the limiter are measured with.
    package init(
        services: APIServices,
        authenticator: any Authenticator,
        limiter: RateLimiter,
        proxies: TrustedProxies = .none,
        flags: FlagReader = FlagReader(),
        clock: UnixClock = .system
    ) {
        self.services = services
        self.authenticator = authenticator
        self.limiter = limiter
        self.proxies = proxies
        self.flags = flags
        self.clock = clock
    }

    package func buildResponder() -> WebResponder {
        let router = self.router()
        router.addMethodNotAllowed()
        return WebResponder(router: router.buildResponder())
    }

    /// Every route with its middlewares, before the answers for methods that a path lacks are added.
    func router() -> Router<APIRequestContext> {
        let router = Router(context: APIRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: SecurityHeadersMiddleware())
        router.add(middleware: RequestMetricsMiddleware())
        router.add(middleware: RequestLogMiddleware())
        router.add(middleware: DynamicAnswerMiddleware())
        router.add(
            middleware: AdmissionMiddleware(
                finder: CallerFinder(authenticator: authenticator, identity: services.identity),
                limiter: limiter,
                proxies: proxies,
                clock: clock
            )
        )
        router.add(middleware: WriteSwitchMiddleware(flags: flags))
        router.add(middleware: IdempotencyMiddleware(store: services.idempotency))
        router.add(middleware: ErrorMiddleware())

        let version2 = router.group("v2")
        OpenAPIController().addRoutes(to: version2)
        IdentityController().addRoutes(to: version2)
        let oauth = services.identity.oauth
        OAuthTokenController(oauth: oauth).addRoutes(to: version2)
        AuthorizationController(identity: services.identity, oauth: oauth).addRoutes(to: router.group("oauth"))
        OAuthApplicationController(oauth: oauth).addRoutes(
            to: router.group("x/v1").group(":account/oauth_applications").add(
                middleware: AccountMiddleware(resource: "oauth_applications")
            )
        )
        UserController(identity: services.identity).addRoutes(to: router.group("x/v1/user"))
        UserTokenController(identity: services.identity).addRoutes(to: router.group("x/v1/user/tokens"))
        SessionController(identity: services.identity).addRoutes(to: router.group("x/v1"))
        TokenController(identity: services.identity).addRoutes(
            to: router.group("x/v1").group(":account/tokens").add(middleware: AccountMiddleware(resource: "tokens"))
        )
        let zones = version2.group(":account/zones").add(
            middleware: AccountMiddleware(resource: "zones", names: services.scopeNames)
        )
        ZoneController(services: services).addRoutes(to: zones)
        RecordController(services: services).addRoutes(to: zones.group(":zone"))

        let own = router.group("x/v1").group(":account/zones").add(
            middleware: AccountMiddleware(resource: "zones", names: services.scopeNames)
        )
        ImportController(services: services).addRoutes(to: own)
        RecordSetController(services: services).addRoutes(to: own)
        VersionController(services: services).addRoutes(to: own)
        DelegationCheckController(services: services).addRoutes(to: own)
        ChallengeExpiryController(services: services).addRoutes(to: own)
        DeletedZoneController(services: services).addRoutes(
            to: router.group("x/v1").group(":account/deleted_zones").add(
                middleware: AccountMiddleware(resource: "zones", names: services.scopeNames)
            )
        )
        AuditController(services: services).addRoutes(
            to: router.group("x/v1").group(":account/audit").add(
                middleware: AccountMiddleware(resource: "audit", names: services.scopeNames)
            )
        )
        DomainRoutes(services: services).addRoutes(to: version2, own: router.group("x/v1"))

        CatalogRoutes(services: services, clock: clock).add(to: router)
        DynamicUpdateController(services: services).addRoutes(to: router)
        let annotations = AnnotationController(services: services)
        annotations.addRecordRoutes(to: own)
        annotations.addDomainRoutes(
            to: router.group("x/v1").group(":account/domains").add(
                middleware: AccountMiddleware(resource: "domains", names: services.scopeNames)
            )
        )

        return router
    }
}
