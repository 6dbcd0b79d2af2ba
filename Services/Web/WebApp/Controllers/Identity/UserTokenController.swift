// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import HTTPTypes
import Hummingbird
import Identity

/// `/x/v1/user/tokens`: a user's own tokens, which act for every account of the user. Only who may do everything that the
/// user may makes and revokes them.
struct UserTokenController {
    let identity: IdentityServices

    /// Adds the routes below `/x/v1/user/tokens`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(use: self.list)
        group.post(use: self.create)
        group.get(":token", use: self.get)
        group.delete(":token", use: self.revoke)
    }

    @Sendable func list(_ request: Request, context: APIRequestContext) async throws -> Response {
        let user = try self.reader(context)
        let page = QueryParameters(request.uri).page
        return .list(try await self.identity.tokens.list(of: .user(user.id), page: page))
    }

    @Sendable func get(_ request: Request, context: APIRequestContext) async throws -> Response {
        let user = try self.reader(context)
        let id = try context.identifier("token", .token)
        return .data(try await self.identity.tokens.token(of: .user(user.id), id: id))
    }

    @Sendable func create(_ request: Request, context: APIRequestContext) async throws -> Response {
        let (user, caller) = try self.owner(context)
        let input = try TokenInput(try await request.jsonObject(), now: self.identity.clock.now)
        let end = try await self.end(of: caller)
        let made = try await self.identity.tokens.create(
            try input.draft(within: caller.grant, until: end),
            user: user.id,
            context: context.changeContext(user)
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
        let (user, _) = try self.owner(context)
        let id = try context.identifier("token", .token)
        try await self.identity.tokens.revoke(user: user.id, id: id, context: context.changeContext(user))
        return .noContent
    }

    /// When the credentials in use end.
    private func end(of caller: Caller) async throws -> Timestamp? {
        guard let id = caller.tokenID else { return nil }
        return try await self.identity.tokens.end(of: id)
    }

    /// - Throws: 401 for who is no user, 403 for who may not see tokens.
    private func reader(_ context: APIRequestContext) throws -> User {
        let caller = try context.requireCaller()
        guard let user = caller.user else { throw APIError.unauthenticated }
        guard caller.grant.allows("tokens", nil, .read) else {
            throw APIError.forbidden(requiredScope: "tokens:*:read")
        }
        return user
    }

    /// - Throws: 401 for who is no user, 403 for who is limited: a token must not make one that may do more.
    private func owner(_ context: APIRequestContext) throws -> (User, Caller) {
        let caller = try context.requireCaller()
        guard let user = caller.user else { throw APIError.unauthenticated }
        guard caller.grant.isFull else { throw APIError.forbidden(requiredScope: "*:*:write") }
        return (user, caller)
    }
}

extension APIRequestContext {
    /// What audit rows say about a change that `user` makes of what is the user's own.
    func changeContext(_ user: User) -> ChangeContext {
        var change = ChangeContext(
            actor: .user(id: user.id, email: user.email),
            tokenID: self.caller?.tokenID,
            remoteAddress: self.client?.text,
            requestID: self.requestID
        )
        change.reservation = self.reservation
        return change
    }

    /// What the audit says about a log-in by this request.
    func logInAttempt(_ way: LogInAttempt.Way) -> LogInAttempt {
        LogInAttempt(way, remoteAddress: self.client?.text, requestID: self.requestID)
    }
}
