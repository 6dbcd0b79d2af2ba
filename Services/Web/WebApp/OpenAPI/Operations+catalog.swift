// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes

extension APIOperation {
    /// Webhooks, templates, services, secondary DNS and analytics.
    static let catalog: [APIOperation] = [
        APIOperation(
            .get,
            "/v2/{account}/webhooks",
            "listWebhooks",
            "Webhooks of the account: all of them.",
            query: [APIParameter("sort", "id, with :asc or :desc.")],
            .data(.list(of: .named("Webhook")))
        ),
        APIOperation(
            .post,
            "/v2/{account}/webhooks",
            "createWebhook",
            "Make a webhook.",
            body: .json(.request(.init("url", .string))),
            .data(.named("Webhook"), status: 201)
        ),
        APIOperation(
            .get,
            "/v2/{account}/webhooks/{webhook}",
            "getWebhook",
            "A webhook.",
            .data(.named("Webhook"))
        ),
        APIOperation(
            .delete,
            "/v2/{account}/webhooks/{webhook}",
            "deleteWebhook",
            "Remove a webhook.",
            .empty()
        ),
        APIOperation(
            .post,
            "/x/v1/{account}/webhooks",
            "createWebhookWithSecret",
            "Make a webhook and show its secret, this once.",
            body: .json(.request(.init("url", .string))),
            .data(.named("WebhookWithSecret"), status: 201)
        ),
        APIOperation(
            .post,
            "/x/v1/{account}/webhooks/{webhook}/secret",
            "rotateWebhookSecret",
            "Give a webhook a new secret, shown this once.",
            .data(.named("WebhookWithSecret"))
        ),
        APIOperation(
            .delete,
            "/x/v1/{account}/webhooks/{webhook}/suppression",
            "clearWebhookSuppression",
            "Let deliveries to a webhook go on.",
            .data(.named("Webhook"))
        ),
        APIOperation(
            .get,
            "/x/v1/{account}/webhooks/{webhook}/deliveries",
            "listWebhookDeliveries",
            "Attempts to deliver to a webhook, the latest first.",
            query: [
                APIParameter("event", "Only events of this name."),
                APIParameter("failed", .values(["true", "false", "1", "0"]), "Only failures, or only successes."),
            ] + APIParameter.page,
            .page(of: .named("WebhookDelivery"))
        ),
        APIOperation(
            .get,
            "/v2/{account}/templates",
            "listTemplates",
            "Templates of the account.",
            query: APIParameter.list(sortedBy: "id, name, sid"),
            .page(of: .named("Template"))
        ),
        APIOperation(
            .post,
            "/v2/{account}/templates",
            "createTemplate",
            "Make a template.",
            body: .json(.request(.init("sid", .string), .init("name", .string), .optional("description", .string))),
            .data(.named("Template"), status: 201)
        ),
        APIOperation(
            .get,
            "/v2/{account}/templates/{template}",
            "getTemplate",
            "A template, by id or short name.",
            .data(.named("Template"))
        ),
        APIOperation(
            .patch,
            "/v2/{account}/templates/{template}",
            "updateTemplate",
            "Change a template.",
            body: .json(
                .request(.optional("sid", .string), .optional("name", .string), .optional("description", .string))
            ),
            .data(.named("Template"))
        ),
        APIOperation(
            .delete,
            "/v2/{account}/templates/{template}",
            "deleteTemplate",
            "Remove a template.",
            .empty()
        ),
        APIOperation(
            .get,
            "/v2/{account}/templates/{template}/records",
            "listTemplateRecords",
            "Records of a template.",
            query: APIParameter.list(sortedBy: "id, name, content, type"),
            .page(of: .named("TemplateRecord"))
        ),
        APIOperation(
            .post,
            "/v2/{account}/templates/{template}/records",
            "createTemplateRecord",
            "Add a record to a template.",
            body: .json(.named("NewRecord")),
            .data(.named("TemplateRecord"), status: 201)
        ),
        APIOperation(
            .get,
            "/v2/{account}/templates/{template}/records/{record}",
            "getTemplateRecord",
            "A record of a template.",
            .data(.named("TemplateRecord"))
        ),
        APIOperation(
            .delete,
            "/v2/{account}/templates/{template}/records/{record}",
            "deleteTemplateRecord",
            "Remove a record from a template.",
            .empty()
        ),
        APIOperation(
            .post,
            "/v2/{account}/domains/{domain}/templates/{template}",
            "applyTemplate",
            "Add the records of a template to a domain: all or none.",
            .empty()
        ),
        APIOperation(
            .get,
            "/v2/services",
            "listServices",
            "Services that domains can be given.",
            query: APIParameter.list(sortedBy: "id, sid"),
            .page(of: .named("Service"))
        ),
        APIOperation(
            .get,
            "/v2/services/{service}",
            "getService",
            "A service, by id or short name.",
            .data(.named("Service"))
        ),
        APIOperation(
            .get,
            "/v2/{account}/domains/{domain}/services",
            "appliedServices",
            "Services that the domain has been given.",
            query: APIParameter.list(sortedBy: "id, sid"),
            .page(of: .named("Service"))
        ),
        APIOperation(
            .post,
            "/v2/{account}/domains/{domain}/services/{service}",
            "applyService",
            "Give a domain the records of a service: all or none.",
            body: .json(.request(.optional("settings", .map(of: .string))), isRequired: false),
            .empty()
        ),
        APIOperation(
            .delete,
            "/v2/{account}/domains/{domain}/services/{service}",
            "unapplyService",
            "Take away the records that a service gave a domain.",
            .empty()
        ),
        APIOperation(
            .get,
            "/v2/{account}/secondary_dns/primaries",
            "listPrimaryServers",
            "Primary servers of the account.",
            query: APIParameter.list(sortedBy: "id, name"),
            .page(of: .named("PrimaryServer"))
        ),
        APIOperation(
            .post,
            "/v2/{account}/secondary_dns/primaries",
            "createPrimaryServer",
            "Make a primary server.",
            body: .json(
                .request(
                    .init("name", .string),
                    .init("ip", .string),
                    .optional("port", .either([.atLeast(1), .string]))
                )
            ),
            .data(.named("PrimaryServer"), status: 201)
        ),
        APIOperation(
            .get,
            "/v2/{account}/secondary_dns/primaries/{primary}",
            "getPrimaryServer",
            "A primary server.",
            .data(.named("PrimaryServer"))
        ),
        APIOperation(
            .delete,
            "/v2/{account}/secondary_dns/primaries/{primary}",
            "deletePrimaryServer",
            "Remove a primary server.",
            .empty()
        ),
        APIOperation(
            .put,
            "/v2/{account}/secondary_dns/primaries/{primary}/link",
            "linkPrimaryServer",
            "Have a secondary zone transferred from a primary server.",
            body: .json(.request(.init("zone", .string))),
            .data(.named("PrimaryServer"))
        ),
        APIOperation(
            .put,
            "/v2/{account}/secondary_dns/primaries/{primary}/unlink",
            "unlinkPrimaryServer",
            "Have a secondary zone no longer transferred from a primary server.",
            body: .json(.request(.init("zone", .string))),
            .data(.named("PrimaryServer"))
        ),
        APIOperation(
            .post,
            "/v2/{account}/secondary_dns/zones",
            "createSecondaryZone",
            "Make a zone that is transferred in.",
            body: .json(.request(.init("name", .string))),
            .data(.named("Zone"), status: 201)
        ),
        APIOperation(
            .get,
            "/v2/{account}/dns_analytics",
            "dnsAnalytics",
            "Queries answered, by zone and day.",
            query: [
                APIParameter("start_date", .format("date"), "The first day."),
                APIParameter("end_date", .format("date"), "The last day: at most 31 days after the first."),
                APIParameter("groupings", "zone_name and date, separated by commas; empty for one sum."),
                APIParameter("sort", "Fields with :asc or :desc, separated by commas: zone_name, date, volume."),
                APIParameter("page", .either([.atLeast(1), .string]), "The page, from 1."),
                APIParameter("per_page", .either([.atLeast(1), .string]), "Rows: 1,000 unless given, 10,000 at most."),
            ],
            .json(.named("Analytics"))
        ),
    ]
}
