// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import HTTPTypes
import Hummingbird
import Identity

/// `/oauth/authorize`: a user agrees that an application gets a token of an account (RFC 6749 section 4.1).
///
/// Only sessions count here, whatever else a request carries: a person has to agree, on a page of ours.
struct AuthorizationController {
    let identity: IdentityServices
    let oauth: OAuthStore

    /// Adds the routes below `/oauth`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get("authorize", use: self.ask)
        group.post("authorize", use: self.decide)
        group.post("session", use: self.logIn)
    }

    @Sendable func ask(_ request: Request, context: APIRequestContext) async throws -> Response {
        let query = request.uri.query ?? ""
        return try await self.answering {
            let fields = FormFields(form: query)
            let asked = try await AuthorizationRequest(fields, oauth: self.oauth)
            guard let (secret, caller) = try await self.session(of: request) else {
                return fields["same_site"] == nil ? ConsentPage.again(query: query) : ConsentPage.logIn(query: query)
            }
            return ConsentPage.consent(asked, caller, csrfToken: secret.csrfToken, query: query)
        }
    }

    @Sendable func decide(_ request: Request, context: APIRequestContext) async throws -> Response {
        let form = try await FormFields(request)
        return try await self.answering {
            let asked = try await AuthorizationRequest(FormFields(form: form["query"] ?? ""), oauth: self.oauth)
            guard let (secret, caller) = try await self.session(of: request),
                secret.isCSRFToken(form["csrf_token"] ?? "")
            else {
                return ConsentPage.message("Your session has ended. Start again.", status: .forbidden)
            }
            guard form["decision"] == "allow" else {
                let error = OAuthError(.accessDenied, "The user said no")
                throw AuthorizationRequest.Failure.redirect(asked.redirectURI, state: asked.state, error)
            }
            guard let id = form["account"].flatMap({ Int64($0) }), asked.accountID == nil || asked.accountID == id,
                let principal = caller.principal(account: id), let user = caller.user
            else {
                return ConsentPage.message("You do not work in that account.", status: .forbidden)
            }
            let code = TokenSecret(.code)
            try await self.oauth.issue(
                code,
                for: AuthorizationCode(
                    applicationID: asked.application.id,
                    accountID: id,
                    userID: user.id,
                    access: principal.grant.access,
                    scopes: asked.scopes,
                    redirectURI: asked.redirectURI.text,
                    isURIGiven: asked.isURIGiven,
                    state: asked.state,
                    challenge: asked.challenge
                )
            )
            let state = asked.state.map { [(name: "state", value: $0)] } ?? []
            return Self.redirect(asked.redirectURI.appending([("code", code.text.reveal())] + state))
        }
    }

    @Sendable func logIn(_ request: Request, context: APIRequestContext) async throws -> Response {
        let form = try await FormFields(request)
        let query = form["query"] ?? ""
        // Another site must not log a browser in as somebody else.
        if let origin = request.headers[.origin],
            origin.split(separator: "/").last.map(String.init) != request.head.authority
        {
            return ConsentPage.message("The form comes from another site.", status: .forbidden)
        }
        let outcome = try await self.identity.passwords.check(
            email: form["email"] ?? "",
            password: Secret(form["password"] ?? ""),
            code: form["otp"],
            address: context.client?.rateLimitKey,
            attempt: context.logInAttempt(.oauth)
        )
        guard case .user(let user) = outcome else {
            let error = outcome.refusal
            let text = error.headers[.oneTimeCode] == nil ? error.message : "A one-time code is needed"
            return ConsentPage.logIn(query: query, problem: text, status: error.status)
        }
        let made = try await self.identity.sessions.begin(user: user.id, remoteAddress: context.client?.text)
        var response = Self.redirect("/oauth/authorize?\(query.filter { $0.isASCII && $0 > " " })")
        response.headers[.setCookie] = SessionCookie.set(
            made.secret,
            maximumAge: SessionStore.lifetime,
            isLocal: context.client?.isLocal ?? false
        )
        return response
    }

    private func session(of request: Request) async throws -> (TokenSecret, Caller)? {
        guard let secret = SessionCookie.secret(in: request.headers),
            let session = try await self.identity.sessions.session(secret.hash),
            let caller = try await self.identity.users.caller(id: session.userID)
        else { return nil }
        return (secret, caller)
    }

    /// Tells the user, or the application through the browser, what is wrong with its request.
    private func answering(_ body: () async throws -> Response) async throws -> Response {
        do {
            return try await body()
        } catch AuthorizationRequest.Failure.page(let text) {
            return ConsentPage.message(text, status: .badRequest)
        } catch AuthorizationRequest.Failure.redirect(let uri, let state, let error) {
            let rest = state.map { [(name: "state", value: $0)] } ?? []
            return Self.redirect(
                uri.appending([("error", error.code.rawValue), ("error_description", error.description)] + rest)
            )
        }
    }

    private static func redirect(_ target: String) -> Response {
        Response(status: .seeOther, headers: [.location: target, .cacheControl: "no-store"])
    }
}
