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
            body: .json(.request(.init("url", .webhookAddress))),
            .data(.named("Webhook"), status: 201),
            refused: "one more than the 20 that an account can have, and a host of over 253 characters."
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
            body: .json(.request(.init("url", .webhookAddress))),
            .data(.named("WebhookWithSecret"), status: 201),
            refused: "one more than the 20 that an account can have, and a host of over 253 characters."
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
            .post,
            "/x/v1/{account}/webhooks/{webhook}/deliveries/{delivery}/redelivery",
            "redeliverWebhookEvent",
            "Have an event delivered once more, unless it is on its way already.",
            .data(.answer(.init("queued", .boolean)), status: 202),
            refused: "a webhook that is suppressed, and an event that is not kept any more."
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
            body: .json(
                .request(
                    .init("sid", .shortName),
                    .init("name", .visible(atMost: 100)),
                    .optional("description", .text(atMost: 1_000))
                )
            ),
            .data(.named("Template"), status: 201),
            refused: "a short name that the account has already."
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
                .request(
                    .optional("sid", .shortName),
                    .optional("name", .visible(atMost: 100)),
                    .optional("description", .text(atMost: 1_000))
                )
            ),
            .data(.named("Template")),
            refused: "a short name that the account has already."
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
            .data(.named("TemplateRecord"), status: 201),
            refused:
                "a name or content that the type does not take, and one more than the 1,000 that a template can have."
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
            .empty(),
            refused: "records that cannot stand beside those of the zone."
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
            body: .json(
                .either([
                    .request(.init("settings", .nullable(.map(of: .nullable(.text()))))), .map(of: .nullable(.text())),
                ]),
                isRequired: false
            ),
            .empty(),
            refused: "settings other than the service's own want them, one that it has been given already, and records "
                + "that cannot stand beside those of the zone."
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
                    .init("name", .visible(atMost: 100)),
                    .init("ip", .either([.format("ipv4"), .format("ipv6")])),
                    .optional("port", .either([.within(1...65_535), .portDigits]))
                )
            ),
            .data(.named("PrimaryServer"), status: 201),
            refused: "one more than the 100 that an account can have."
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
            body: .json(.request(.init("zone", .text(atLeast: 1)))),
            .data(.named("PrimaryServer")),
            refused: "a zone that is not a secondary one."
        ),
        APIOperation(
            .put,
            "/v2/{account}/secondary_dns/primaries/{primary}/unlink",
            "unlinkPrimaryServer",
            "Have a secondary zone no longer transferred from a primary server.",
            body: .json(.request(.init("zone", .text(atLeast: 1)))),
            .data(.named("PrimaryServer")),
            refused: "a zone that is not a secondary one."
        ),
        APIOperation(
            .post,
            "/v2/{account}/secondary_dns/zones",
            "createSecondaryZone",
            "Make a zone that is transferred in.",
            body: .json(.request(.init("name", .domainName))),
            .data(.named("Zone"), status: 201),
            failures: [406],
            refused: "a name that is taken, or breaks the rules of IDNA."
        ),
        APIOperation(
            .get,
            "/v2/{account}/dns_analytics",
            "dnsAnalytics",
            "Queries answered, by zone and day.",
            query: [
                APIParameter("start_date", .format("date"), "The first day."),
                APIParameter("end_date", .format("date"), "The last day: at most 31 days after the first."),
                APIParameter(
                    "groupings",
                    .text(pattern: "^,*((zone_name|date)(,+(zone_name|date))*,*)?$"),
                    "zone_name and date, separated by commas; empty for one sum."
                ),
                APIParameter("sort", "Fields with :asc or :desc, separated by commas: zone_name, date, volume."),
                APIParameter("page", .either([.atLeast(1), .string]), "The page, from 1."),
                APIParameter("per_page", .either([.atLeast(1), .string]), "Rows: 1,000 unless given, 10,000 at most."),
            ],
            .json(.named("Analytics")),
            refused: "a last day before the first, or more than 31 days after it."
        ),
    ]
}
