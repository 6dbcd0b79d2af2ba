// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Hummingbird
import Identity

/// `/v2/{account}/domains/{domain}/pushes` for who offers a domain, `/v2/{account}/pushes` for whom it is offered to.
struct PushController {
    let services: APIServices

    /// Adds the route below `/v2/{account}/domains/{domain}/pushes`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.post(use: self.initiate)
    }

    /// Adds the routes below `/v2/{account}/pushes`.
    func addAnswerRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(use: self.list)
        group.post(":push", use: self.accept)
        group.delete(":push", use: self.reject)
    }

    /// Adds the route `/x/v1/{account}/identifier`.
    func addIdentifierRoute(to group: RouterGroup<APIRequestContext>) {
        group.get(use: self.identifier)
    }

    @Sendable func initiate(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let (identifier, email) = try await request.jsonObject().read { reader in
            (reader.string("new_account_identifier"), reader.string("new_account_email"))
        }
        let push = try await self.services.pushes.initiate(
            account: principal.account,
            domain: context.domain,
            to: try PushRecipient(identifier: identifier, email: email),
            context: context.changeContext(principal)
        )
        return .data(push, status: .created)
    }

    @Sendable func list(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let page = QueryParameters(request.uri).page
        return .list(try await self.services.pushes.list(account: principal.account.id, page: page))
    }

    @Sendable func accept(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let id = try context.numericID("push", .domainPush)
        let contact = try await request.jsonObject().read { $0.integer("contact_id") }
        try await self.services.pushes.accept(
            account: principal.account,
            id: id,
            contact: contact,
            context: context.changeContext(principal)
        )
        return .noContent
    }

    @Sendable func reject(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        try await self.services.pushes.reject(
            account: principal.account,
            id: try context.numericID("push", .domainPush),
            context: context.changeContext(principal)
        )
        return .noContent
    }

    @Sendable func identifier(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let identifier = try await self.services.pushes.identifier(account: principal.account.id)
        return .data { $0.member("identifier", identifier) }
    }
}
