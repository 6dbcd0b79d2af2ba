// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension APISchema {
    /// Webhooks, templates, services, secondary DNS and analytics.
    static let catalog: [(name: String, schema: APISchema)] = [
        (
            "Webhook",
            .answer(
                .init("id", .id),
                .init("url", .string),
                .init("suppressed_at", .nullable(.time))
            )
        ),
        (
            "WebhookWithSecret",
            .answer(
                .init("id", .id),
                .init("url", .string),
                .init("suppressed_at", .nullable(.time)),
                .init("secret", .string)
            )
        ),
        (
            "WebhookDelivery",
            .answer(
                .init("id", .id),
                .init("webhook_id", .id),
                .init("event", .string),
                .init("request_identifier", .format("uuid")),
                .init("attempt", .atLeast(1)),
                .init("status", .nullable(.integer)),
                .init("error", .nullable(.string)),
                .init("duration_ms", .atLeast(0)),
                .init("delivered_at", .time)
            )
        ),
        (
            "Template",
            .answer(
                .init("id", .id),
                .init("account_id", .id),
                .init("name", .string),
                .init("sid", .string),
                .init("description", .string),
                .init("created_at", .time),
                .init("updated_at", .time)
            )
        ),
        (
            "TemplateRecord",
            .answer(
                .init("id", .id),
                .init("template_id", .id),
                .init("name", .string),
                .init("content", .string),
                .init("ttl", .atLeast(0)),
                .init("priority", .nullable(.integer)),
                .init("type", .string),
                .init("created_at", .time),
                .init("updated_at", .time)
            )
        ),
        (
            "ServiceSetting",
            .answer(
                .init("name", .string),
                .init("label", .string),
                .init("append", .nullable(.string)),
                .init("description", .string),
                .init("example", .string),
                .init("password", .boolean)
            )
        ),
        (
            "Service",
            .answer(
                .init("id", .id),
                .init("name", .string),
                .init("sid", .string),
                .init("description", .string),
                .init("setup_description", .nullable(.string)),
                .init("requires_setup", .boolean),
                .init("default_subdomain", .nullable(.string)),
                .init("created_at", .time),
                .init("updated_at", .time),
                .init("settings", .list(of: .named("ServiceSetting")))
            )
        ),
        (
            "PrimaryServer",
            .answer(
                .init("id", .id),
                .init("account_id", .id),
                .init("name", .string),
                .init("ip", .string),
                .init("port", .atLeast(1)),
                .init("linked_secondary_zones", .list(of: .string)),
                .init("created_at", .time),
                .init("updated_at", .time)
            )
        ),
        (
            "Analytics",
            .answer(
                .init(
                    "data",
                    .answer(
                        .init("headers", .list(of: .values(["zone_name", "date", "volume"]))),
                        .init("rows", .list(of: .list(of: .either([.string, .atLeast(0)]))))
                    )
                ),
                .init(
                    "query",
                    .answer(
                        .init("account_id", .id),
                        .init("start_date", .format("date")),
                        .init("end_date", .format("date")),
                        .init("sort", .string),
                        .init("page", .atLeast(1)),
                        .init("per_page", .atLeast(1)),
                        .init("groupings", .string)
                    )
                ),
                .init("pagination", .named("Pagination"))
            )
        ),
    ]
}
