// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Hummingbird

/// The routes of webhooks, templates, one-click services, secondary DNS and analytics.
struct CatalogRoutes {
    let services: APIServices
    /// The day that analytics end at.
    let clock: UnixClock

    /// Adds all of them, each group guarded by the scope of its resource.
    func add(to router: Router<APIRequestContext>) {
        let webhooks = WebhookController(webhooks: self.services.webhooks)
        webhooks.addRoutes(to: self.group(router, "v2/:account/webhooks", "webhooks"))
        webhooks.addOwnRoutes(to: self.group(router, "x/v1/:account/webhooks", "webhooks"))
        let templates = TemplateController(services: self.services)
        templates.addRoutes(to: self.group(router, "v2/:account/templates", "templates"))
        templates.addDomainRoutes(to: self.group(router, "v2/:account/domains/:domain/templates", "domains"))
        let oneClick = ServiceController(services: self.services)
        oneClick.addRoutes(to: router.group("v2/services"))
        oneClick.addDomainRoutes(to: self.group(router, "v2/:account/domains/:domain/services", "domains"))
        let secondary = SecondaryController(services: self.services)
        secondary.addRoutes(to: self.group(router, "v2/:account/secondary_dns", "secondary_dns"))
        let analytics = AnalyticsController(analytics: self.services.analytics, clock: self.clock)
        analytics.addRoutes(to: self.group(router, "v2/:account/dns_analytics", "analytics"))
    }

    private func group(
        _ router: Router<APIRequestContext>,
        _ path: RouterPath,
        _ resource: String
    ) -> RouterGroup<APIRequestContext> {
        router.group(path).add(middleware: AccountMiddleware(resource: resource, names: self.services.scopeNames))
    }
}
