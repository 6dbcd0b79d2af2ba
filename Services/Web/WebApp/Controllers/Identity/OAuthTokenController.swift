// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import HTTPTypes
import Hummingbird
import Identity

/// `POST /v2/oauth/access_token`: an authorization code becomes a token (RFC 6749 section 4.1.3).
struct OAuthTokenController {
    let oauth: OAuthStore

    /// Adds the route below `/v2`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.post("oauth/access_token", use: self.token)
    }

    @Sendable func token(_ request: Request, context: APIRequestContext) async throws -> Response {
        do {
            return try await self.exchange(try await FormFields(request), request, context)
        } catch let error as OAuthError {
            return error.response
        } catch let error as APIError where error.status == .badRequest {
            return OAuthError(.invalidRequest, error.message).response
        }
    }

    private func exchange(
        _ fields: FormFields,
        _ request: Request,
        _ context: APIRequestContext
    ) async throws -> Response {
        guard let grantType = fields["grant_type"] else { throw OAuthError(.invalidRequest, "grant_type is missing") }
        guard grantType == "authorization_code" else {
            throw OAuthError(.unsupportedGrantType, "grant_type must be authorization_code")
        }
        let application = try await self.client(fields, request)
        guard let text = fields["code"] else { throw OAuthError(.invalidRequest, "code is missing") }
        guard let code = TokenSecret(text), code.kind == .code else {
            throw OAuthError(.invalidGrant, "The code is invalid or has expired")
        }
        let redemption = try await self.oauth.redeem(
            code.hash,
            of: application,
            context: ChangeContext(
                actor: .platform,
                remoteAddress: context.client?.text,
                requestID: context.requestID
            )
        ) { try Self.check(fields, against: $0) }
        switch redemption {
        case .token(let secret, let granted): return self.response(secret, granted)
        case .unknown: throw OAuthError(.invalidGrant, "The code is invalid or has expired")
        case .reused: throw OAuthError(.invalidGrant, "The code has been used before; its token is revoked")
        }
    }

    /// The client, proved by its secret where it has one; a public client is proved by the code's own key.
    private func client(_ fields: FormFields, _ request: Request) async throws -> OAuthApplication {
        let basic = BasicCredentials(request.headers)
        guard let id = basic?.name.percentDecoded() ?? fields["client_id"] else {
            throw OAuthError(.invalidClient, "client_id is missing")
        }
        let secret = basic.map { $0.password.reveal() } ?? fields["client_secret"]
        guard !id.utf8.contains(0), let application = try await self.oauth.application(clientID: id) else {
            throw OAuthError(.invalidClient, "The client is unknown or not authenticated")
        }
        if let hash = application.secretHash {
            guard let given = secret.flatMap({ TokenSecret($0) }), given.hash == hash else {
                throw OAuthError(.invalidClient, "The client is unknown or not authenticated")
            }
        }
        return application
    }

    private static func check(_ fields: FormFields, against granted: AuthorizationCode) throws {
        let uri = fields["redirect_uri"]
        guard uri == granted.redirectURI || uri == nil && !granted.isURIGiven else {
            throw OAuthError(.invalidGrant, "redirect_uri is not the one of the authorization request")
        }
        if let state = fields["state"], state != granted.state {
            throw OAuthError(.invalidGrant, "state is not the one of the authorization request")
        }
        switch (granted.challenge, fields["code_verifier"]) {
        case (nil, nil): return
        case (let challenge?, let verifier?) where ProofKey.matches(verifier: verifier, challenge: challenge): return
        default: throw OAuthError(.invalidGrant, "code_verifier does not match the code_challenge")
        }
    }

    private func response(_ secret: TokenSecret, _ granted: AuthorizationCode) -> Response {
        var json = JSONWriter()
        json.object { json in
            json.member("access_token", secret.text.reveal())
            json.member("token_type", "Bearer")
            json.member("scope", granted.scopes?.map(\.description).joined(separator: " "))
            json.member("account_id", granted.accountID)
        }
        return Response(.ok, json: json, headers: [.cacheControl: "no-store"])
    }
}
