// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import HTTPTypes
import Hummingbird
import Identity

/// `/x/v1/{account}/tokens`: the account's own tokens. Only who may do everything in the account makes and revokes them.
struct TokenController {
    let identity: IdentityServices

    /// Adds the routes below `/x/v1/{account}/tokens`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(use: self.list)
        group.post(use: self.create)
        group.get(":token", use: self.get)
        group.delete(":token", use: self.revoke)
    }

    @Sendable func list(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let page = QueryParameters(request.uri).page
        return .list(try await self.identity.tokens.list(of: .account(principal.account.id), page: page))
    }

    @Sendable func get(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let id = try context.identifier("token", .token)
        return .data(try await self.identity.tokens.token(of: .account(principal.account.id), id: id))
    }

    @Sendable func create(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try self.owner(context)
        let input = try TokenInput(try await request.jsonObject(), now: self.identity.clock.now)
        let made = try await self.identity.tokens.create(
            try input.draft(within: principal.grant, until: try await self.end(of: principal)),
            account: principal.account,
            context: context.changeContext(principal)
        )
        var json = JSONWriter()
        json.object { json in
            json.object("data") { json in
                json.member("token", made.secret.text.reveal())
                json.member("details", made.token)
            }
        }
        return Response(.created, json: json)
    }

    @Sendable func revoke(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try self.owner(context)
        try await self.identity.tokens.revoke(
            account: principal.account,
            id: try context.identifier("token", .token),
            context: context.changeContext(principal)
        )
        return .noContent
    }

    /// When the credentials in use end.
    private func end(of principal: Principal) async throws -> Timestamp? {
        guard let id = principal.tokenID else { return nil }
        return try await self.identity.tokens.end(of: id)
    }

    /// - Throws: 403 for who is limited: a token must not make one that may do more.
    private func owner(_ context: APIRequestContext) throws -> Principal {
        let principal = try context.requirePrincipal()
        guard principal.grant.isFull else { throw APIError.forbidden(requiredScope: "*:*:write") }
        return principal
    }
}

extension APIRequestContext {
    /// The number that the path has for `parameter`.
    ///
    /// - Throws: `NotFound` for what cannot be an id.
    func identifier(_ parameter: String, _ kind: NotFound.Kind) throws -> Int64 {
        let text = self.path(parameter)
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let id = Int64(text)
        else {
            throw NotFound(kind, text)
        }
        return id
    }
}
