// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Hummingbird
import Identity

/// `/v2/{account}/domains`.
struct DomainController {
    let services: APIServices

    /// Adds the routes below `/v2/{account}/domains`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(use: self.list)
        group.post(use: self.create)
        group.get(":domain", use: self.get)
        group.delete(":domain", use: self.delete)
    }

    @Sendable func list(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let query = QueryParameters(request.uri)
        return .list(
            try await self.services.domains.list(
                account: principal.account.id,
                filter: NameFilter(
                    nameLike: query.nonEmpty("name_like"),
                    names: principal.readableNames("domains")
                ),
                sort: Sort<DomainSortField>.parse(query["sort"] ?? ""),
                page: query.page,
                registrant: query.nonEmpty("registrant_id").map { Int64($0) ?? 0 }
            )
        )
    }

    @Sendable func create(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let name = try Self.name(in: try await request.jsonObject())
        let domain = try await self.services.editor.createDomain(
            account: principal.account,
            name: name,
            context: context.changeContext(principal)
        )
        return .data(domain, status: .created)
    }

    @Sendable func get(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        return .data(try await self.services.domains.domain(account: principal.account.id, context.domain))
    }

    @Sendable func delete(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        try await self.services.editor.deleteDomain(
            account: principal.account,
            context.domain,
            context: context.changeContext(principal)
        )
        return .noContent
    }

    /// The name in the body of a creation; an absent one is left to the domain's rules, which call it blank.
    private static func name(in object: JSONObject) throws -> String {
        var reader = FieldReader(object)
        let name = reader.string("name")
        try reader.errors.throwIfAny()
        return name ?? ""
    }
}
