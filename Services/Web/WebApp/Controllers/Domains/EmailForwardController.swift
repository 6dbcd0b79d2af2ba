// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Hummingbird
import Identity

/// `/v2/{account}/domains/{domain}/email_forwards`.
struct EmailForwardController {
    let services: APIServices

    /// Adds the routes below `/v2/{account}/domains/{domain}/email_forwards`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(use: self.list)
        group.post(use: self.create)
        group.get(":forward", use: self.get)
        group.delete(":forward", use: self.delete)
    }

    @Sendable func list(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let query = QueryParameters(request.uri)
        return .list(
            try await self.services.emailForwards.list(
                account: principal.account.id,
                domain: context.domain,
                sort: Sort<EmailForwardSortField>.parse(query["sort"] ?? ""),
                page: query.page
            )
        )
    }

    @Sendable func create(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let draft = try await request.jsonObject().read { reader in
            EmailForwardDraft(
                aliasName: reader.string("alias_name"),
                destinationEmail: reader.string("destination_email")
            )
        }
        let forward = try await self.services.editor.createForward(
            account: principal.account,
            domain: context.domain,
            draft,
            context: context.changeContext(principal)
        )
        return .data(forward, status: .created)
    }

    @Sendable func get(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        return .data(
            try await self.services.emailForwards.forward(
                account: principal.account.id,
                domain: context.domain,
                id: try context.numericID("forward", .emailForward)
            )
        )
    }

    @Sendable func delete(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        try await self.services.editor.deleteForward(
            account: principal.account,
            domain: context.domain,
            id: try context.numericID("forward", .emailForward),
            context: context.changeContext(principal)
        )
        return .noContent
    }
}
