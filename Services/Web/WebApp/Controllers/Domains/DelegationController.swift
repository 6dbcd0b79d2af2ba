// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Hummingbird
import Identity

/// `/v2/{account}/registrar/domains/{domain}/delegation` and `…/delegation/vanity`.
struct DelegationController {
    let services: APIServices

    /// Adds the routes below `/v2/{account}/registrar/domains/{domain}/delegation`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(use: self.get)
        group.put(use: self.change)
        group.put("vanity", use: self.changeToVanity)
        group.delete("vanity", use: self.changeFromVanity)
    }

    @Sendable func get(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        return .data(
            try await self.services.delegations.delegation(account: principal.account.id, domain: context.domain)
        )
    }

    @Sendable func change(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        return .data(
            try await self.services.delegations.change(
                account: principal.account,
                domain: context.domain,
                to: try await request.jsonStrings(),
                context: context.changeContext(principal)
            )
        )
    }

    @Sendable func changeToVanity(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        return .data(
            try await self.services.delegations.changeToVanity(
                account: principal.account,
                domain: context.domain,
                names: try await request.jsonStrings(),
                context: context.changeContext(principal)
            )
        )
    }

    @Sendable func changeFromVanity(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        _ = try await self.services.delegations.change(
            account: principal.account,
            domain: context.domain,
            to: self.services.editor.nameServers,
            context: context.changeContext(principal)
        )
        return .noContent
    }
}

extension Request {
    /// The body as a JSON array of strings.
    ///
    /// - Throws: an ``APIError`` with status 400 for what is not JSON or no such array.
    fileprivate func jsonStrings() async throws -> [String] {
        let bytes = try await self.bodyBytes(limit: Self.jsonBodyLimit)
        let value: JSONValue
        do throws(JSONParseError) {
            value = try JSONParser.parse(bytes)
        } catch {
            throw APIError(.badRequest, error.message)
        }
        guard case .array(let elements) = value else {
            throw APIError(.badRequest, "The request body must be a JSON array")
        }
        return try elements.map { element in
            guard case .string(let text) = element else {
                throw ValidationErrors("name_servers", "must be an array of strings")
            }
            return text
        }
    }
}
