// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Hummingbird
import Identity

/// `/v2/services`, and the services of a domain.
struct ServiceController {
    let services: APIServices

    /// Adds the routes below `/v2/services`, which belong to no account.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(use: self.list)
        group.get(":service", use: self.get)
    }

    /// Adds the routes below `/v2/{account}/domains/{domain}/services`.
    func addDomainRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(use: self.applied)
        group.post(":service", use: self.apply)
        group.delete(":service", use: self.unapply)
    }

    @Sendable func list(_ request: Request, context: APIRequestContext) async throws -> Response {
        _ = try context.requireCaller()
        let query = QueryParameters(request.uri)
        return .list(ServiceCatalogue.all.page(query.page, sort: Sort.parse(query["sort"] ?? "")))
    }

    @Sendable func get(_ request: Request, context: APIRequestContext) async throws -> Response {
        _ = try context.requireCaller()
        guard let service = ServiceCatalogue.service(context.service) else {
            throw NotFound(.service, context.service.description)
        }
        return .data(service)
    }

    @Sendable func applied(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let query = QueryParameters(request.uri)
        let services = try await self.services.appliedServices.services(
            account: principal.account.id,
            domain: context.domain
        )
        return .list(services.page(query.page, sort: Sort.parse(query["sort"] ?? "")))
    }

    @Sendable func apply(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        try await self.services.editor.applyService(
            context.service,
            settings: try Self.settings(in: try await request.jsonObject()),
            account: principal.account,
            domain: context.domain,
            context: context.changeContext(principal)
        )
        return .noContent
    }

    @Sendable func unapply(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        try await self.services.editor.unapplyService(
            context.service,
            account: principal.account,
            domain: context.domain,
            context: context.changeContext(principal)
        )
        return .noContent
    }

    /// The settings: the members of `settings`, or of the body itself, which some clients send instead.
    private static func settings(in object: JSONObject) throws(ValidationErrors) -> [String: String] {
        var settings = object
        switch object["settings"] {
        case nil: break
        case .null: settings = JSONObject()
        case .object(let inner): settings = inner
        default: throw ValidationErrors("settings", "must be an object")
        }
        var reader = FieldReader(settings)
        var values: [String: String] = [:]
        for member in settings.members {
            values[member.key] = reader.string(member.key)
        }
        try reader.errors.throwIfAny()
        return values
    }
}

extension APIRequestContext {
    /// The service that the path names, by id or short name.
    fileprivate var service: ResourceIdentifier { ResourceIdentifier(self.path("service")) }
}
