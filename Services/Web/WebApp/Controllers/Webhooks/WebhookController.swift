// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Hummingbird
import Identity

/// `/v2/{account}/webhooks`, and what our own prefix has beyond it.
struct WebhookController {
    let webhooks: WebhookStore

    /// Adds the routes below `/v2/{account}/webhooks`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(use: self.list)
        group.post(use: self.create)
        group.get(":webhook", use: self.get)
        group.delete(":webhook", use: self.delete)
    }

    /// Adds the routes below `/x/v1/{account}/webhooks`.
    func addOwnRoutes(to group: RouterGroup<APIRequestContext>) {
        group.post(use: self.createWithSecret)
        group.post(":webhook/secret", use: self.rotateSecret)
        group.delete(":webhook/suppression", use: self.clearSuppression)
        group.get(":webhook/deliveries", use: self.deliveries)
        group.post(":webhook/deliveries/:delivery/redelivery", use: self.redeliver)
    }

    /// All of them: this list has no pages.
    @Sendable func list(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let sort = Sort<WebhookSortField>.parse(QueryParameters(request.uri)["sort"] ?? "")
        return .data(
            try await self.webhooks.list(account: principal.account.id, ascending: sort.first?.ascending ?? true)
        )
    }

    @Sendable func create(_ request: Request, context: APIRequestContext) async throws -> Response {
        .data(try await self.made(request, context), status: .created)
    }

    @Sendable func createWithSecret(_ request: Request, context: APIRequestContext) async throws -> Response {
        .data(WebhookWithSecret(webhook: try await self.made(request, context)), status: .created)
    }

    @Sendable func get(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        return .data(
            try await self.webhooks.webhook(
                account: principal.account.id,
                id: try context.numericID("webhook", .webhook)
            )
        )
    }

    @Sendable func delete(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        try await self.webhooks.delete(
            account: principal.account,
            id: try context.numericID("webhook", .webhook),
            context: context.changeContext(principal)
        )
        return .noContent
    }

    @Sendable func rotateSecret(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let webhook = try await self.webhooks.rotateSecret(
            account: principal.account,
            id: try context.numericID("webhook", .webhook),
            context: context.changeContext(principal)
        )
        return .data(WebhookWithSecret(webhook: webhook))
    }

    @Sendable func clearSuppression(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        return .data(
            try await self.webhooks.clearSuppression(
                account: principal.account,
                id: try context.numericID("webhook", .webhook),
                context: context.changeContext(principal)
            )
        )
    }

    @Sendable func deliveries(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let query = QueryParameters(request.uri)
        return .list(
            try await self.webhooks.attempts(
                account: principal.account.id,
                id: try context.numericID("webhook", .webhook),
                event: query.nonEmpty("event"),
                failed: try Self.failed(query["failed"]),
                page: query.page
            )
        )
    }

    @Sendable func redeliver(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let isQueued = try await self.webhooks.redeliver(
            account: principal.account,
            id: try context.numericID("webhook", .webhook),
            delivery: try context.numericID("delivery", .delivery),
            context: context.changeContext(principal)
        )
        return .data(status: .accepted) { $0.member("queued", isQueued) }
    }

    /// Whether failures or successes are wanted; nil for both.
    private static func failed(_ text: String?) throws(ValidationErrors) -> Bool? {
        switch text {
        case nil: nil
        case "1", "true": true
        case "0", "false": false
        default: throw ValidationErrors("failed", "must be true or false")
        }
    }

    private func made(_ request: Request, _ context: APIRequestContext) async throws -> Webhook {
        let principal = try context.requirePrincipal()
        let url = try await request.jsonObject().read { $0.string("url") }
        return try await self.webhooks.create(
            account: principal.account,
            try WebhookAddress(url),
            context: context.changeContext(principal)
        )
    }
}

/// What webhooks can be sorted by.
enum WebhookSortField: String, SortField {
    case id
}

/// A webhook just after its secret was made: the one time that it is shown.
private struct WebhookWithSecret: JSONWritable {
    let webhook: Webhook

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", self.webhook.id)
            json.member("url", self.webhook.url)
            json.member("suppressed_at", self.webhook.suppressedAt)
            json.member("secret", self.webhook.secret.split(separator: " ").first.map(String.init))
        }
    }
}
