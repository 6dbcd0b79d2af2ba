// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import HTTPTypes
import Hummingbird
import Identity

/// `/x/v1/sessions`: a browser's log-in. One request has one session, the one of its cookie.
struct SessionController {
    let identity: IdentityServices

    /// Adds the routes below `/x/v1`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.post("sessions", use: self.create)
        group.get("sessions", use: self.get)
        group.delete("sessions", use: self.delete)
    }

    @Sendable func create(_ request: Request, context: APIRequestContext) async throws -> Response {
        let (email, password, code) = try await request.jsonObject().read { reader in
            (reader.string("email") ?? "", Secret(reader.string("password") ?? ""), reader.string("otp"))
        }
        let outcome = try await self.identity.passwords.check(
            email: email,
            password: password,
            code: code,
            address: context.client?.rateLimitKey,
            attempt: context.logInAttempt(.session)
        )
        guard case .user(let user) = outcome else { throw outcome.refusal }
        let made = try await self.identity.sessions.begin(user: user.id, remoteAddress: context.client?.text)
        var response = self.response(made.session, made.secret, user, status: .created)
        response.headers[.setCookie] = SessionCookie.set(
            made.secret,
            maximumAge: SessionStore.lifetime,
            isLocal: context.client?.isLocal ?? false
        )
        return response
    }

    @Sendable func get(_ request: Request, context: APIRequestContext) async throws -> Response {
        guard let user = try context.requireCaller().user, let secret = SessionCookie.secret(in: request.headers),
            let session = try await self.identity.sessions.session(secret.hash), session.userID == user.id
        else { throw APIError.notFound }
        return self.response(session, secret, user, status: .ok)
    }

    @Sendable func delete(_ request: Request, context: APIRequestContext) async throws -> Response {
        guard let user = try context.requireCaller().user, let secret = SessionCookie.secret(in: request.headers),
            let session = try await self.identity.sessions.session(secret.hash), session.userID == user.id
        else { throw APIError.notFound }
        try await self.identity.sessions.end(id: session.id)
        var response = Response.noContent
        response.headers[.setCookie] = SessionCookie.clear(isLocal: context.client?.isLocal ?? false)
        return response
    }

    private func response(
        _ session: Session,
        _ secret: TokenSecret,
        _ user: User,
        status: HTTPResponse.Status
    ) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.object("data") { json in
                json.member("id", session.id)
                json.member("user", user)
                json.member("csrf_token", secret.csrfToken)
                json.member("created_at", session.createdAt)
                json.member("expires_at", session.expiresAt)
            }
        }
        return Response(status, json: json)
    }
}

extension PasswordAuthenticator.Outcome {
    /// What a client is told that is not logged in.
    var refusal: APIError {
        switch self {
        case .user, .wrong: .unauthenticated
        case .codeNeeded: .codeNeeded
        case .tooMany(let wait): .tooManyLogIns(retryAfter: wait)
        }
    }
}
