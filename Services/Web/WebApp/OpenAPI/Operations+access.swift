// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes

extension APIOperation {
    private static let token = "/x/v1/{account}/tokens"
    private static let application = "/x/v1/{account}/oauth_applications"
    /// RFC 6749 section 5.2.
    private static let oauthError = APISchema.answer(.init("error", .string), .init("error_description", .string))

    /// Why a token is refused that fits the schema.
    static let badToken =
        "an end that has passed, a network with bits beyond its length or outside of those of the token in use, a scope's "
        + "name that is too long, and a rule whose type customers cannot write."

    /// Tokens, sessions, users and applications.
    static let access: [APIOperation] =
        [
            APIOperation(
                .get,
                token,
                "listTokens",
                "The account's tokens, without the revoked ones.",
                query: APIParameter.page,
                .page(of: .named("Token"))
            ),
            APIOperation(
                .post,
                token,
                "createToken",
                "Make a token. Its text is in this answer alone.",
                body: .json(.named("NewToken")),
                .data(.answer(.init("token", .string), .init("details", .named("Token"))), status: 201),
                refused: badToken
            ),
            APIOperation(.get, token + "/{token}", "getToken", "A token.", .data(.named("Token"))),
            APIOperation(.delete, token + "/{token}", "revokeToken", "Revoke a token.", .empty()),
            APIOperation(
                .get,
                application,
                "listOAuthApplications",
                "The account's applications.",
                query: APIParameter.page,
                .page(of: .named("OAuthApplication"))
            ),
            APIOperation(
                .post,
                application,
                "createOAuthApplication",
                "Make an application. Its secret is in this answer alone.",
                body: .json(.named("NewOAuthApplication")),
                .data(
                    .answer(.init("client_secret", .nullable(.string)), .init("details", .named("OAuthApplication"))),
                    status: 201
                )
            ),
            APIOperation(
                .get,
                application + "/{application}",
                "getOAuthApplication",
                "An application.",
                .data(.named("OAuthApplication"))
            ),
            APIOperation(
                .delete,
                application + "/{application}",
                "deleteOAuthApplication",
                "Delete an application with its tokens.",
                .empty()
            ),
            APIOperation(
                .post,
                "/v2/oauth/access_token",
                "exchangeAuthorizationForToken",
                "A token for an authorization code (RFC 6749 section 4.1.3).",
                access: .open,
                body: APIBody(
                    schema: .request(
                        .init("grant_type", .values(["authorization_code"])),
                        .init("code", .text(atLeast: 1)),
                        .optional("client_id", .text()),
                        .optional("client_secret", .text()),
                        .optional("redirect_uri", .text()),
                        .optional("code_verifier", .text()),
                        .optional("state", .text())
                    ),
                    contentTypes: ["application/json", "application/x-www-form-urlencoded"],
                    isRequired: true
                ),
                .json(
                    .answer(
                        .init("access_token", .string),
                        .init("token_type", .values(["Bearer"])),
                        .init("scope", .nullable(.string)),
                        .init("account_id", .id)
                    )
                ),
                .failure(400, "The grant is wrong, or the request malformed.", .either([oauthError, .named("Error")])),
                .failure(401, "The client is unknown, or its secret wrong.", oauthError),
                refused: "a code that was not given to this client, was used, or has expired."
            ),
            APIOperation(
                .post,
                "/x/v1/sessions",
                "createSession",
                "Log a browser in: the session's secret is in a cookie.",
                access: .open,
                body: .json(
                    .request(.init("email", .text()), .init("password", .text()), .optional("otp", .text()))
                ),
                .data(.named("Session"), status: 201),
                failures: [401, 412]
            ),
            APIOperation(
                .get,
                "/x/v1/sessions",
                "getSession",
                "The session of the cookie.",
                .data(.named("Session")),
                failures: [404]
            ),
            APIOperation(.delete, "/x/v1/sessions", "deleteSession", "Log out.", .empty(), failures: [404]),
        ] + user

    /// What a user does about the own log-in.
    private static let user: [APIOperation] = [
        APIOperation(
            .put,
            "/x/v1/user/password",
            "changePassword",
            "Set another password; ends all sessions of the user.",
            body: .json(
                .request(
                    .init("password", .text()),
                    .init("new_password", .text(atLeast: 10, atMost: 1_024)),
                    .optional("otp", .text())
                )
            ),
            .empty(),
            failures: [409, 412]
        ),
        APIOperation(
            .post,
            "/x/v1/user/totp",
            "offerOneTimeCodes",
            "Make a secret for one-time codes.",
            body: .json(.named("Password")),
            .data(.answer(.init("secret", .string), .init("uri", .string)), status: 201),
            failures: [409, 412]
        ),
        APIOperation(
            .put,
            "/x/v1/user/totp",
            "confirmOneTimeCodes",
            "Switch one-time codes on, with a code of the new secret.",
            body: .json(
                .request(
                    .init("password", .text()),
                    .init("code", .text(pattern: "^[0-9]{6}$")),
                    .optional("otp", .text())
                )
            ),
            .data(.answer(.init("recovery_codes", .list(of: .string)))),
            failures: [409, 412]
        ),
        APIOperation(
            .delete,
            "/x/v1/user/totp",
            "removeOneTimeCodes",
            "Switch one-time codes off.",
            body: .json(.named("Password")),
            .empty(),
            failures: [412]
        ),
    ]
}

extension APISchema {
    /// Tokens, sessions and applications.
    static let access: [(name: String, schema: APISchema)] = [
        (
            "Token",
            .answer(
                .init("id", .id),
                .init("account_id", .nullable(.id)),
                .init("user_id", .nullable(.id)),
                .init("oauth_application_id", .nullable(.id)),
                .init("name", .string),
                .init("access", .values(["full", "read"])),
                .init("scopes", .nullable(.list(of: .string))),
                .init("record_policy", .nullable(.list(of: .string))),
                .init("networks", .nullable(.list(of: .string))),
                .init("created_at", .time),
                .init("expires_at", .nullable(.time)),
                .init("revoked_at", .nullable(.time)),
                .init("last_used_at", .nullable(.time))
            )
        ),
        (
            "NewToken",
            .request(
                .init("name", .text(atLeast: 1, atMost: 255)),
                .optional("access", .values(["full", "read"])),
                .optional("scopes", .list(of: .scope, atLeast: 1, atMost: 100)),
                .optional("record_policy", .list(of: .policyRule, atLeast: 1, atMost: 100)),
                .optional("networks", .list(of: .network, atLeast: 1, atMost: 100)),
                .optional("expires_at", .clientTime)
            )
        ),
        (
            "OAuthApplication",
            .answer(
                .init("id", .id),
                .init("account_id", .id),
                .init("name", .string),
                .init("client_id", .string),
                .init("confidential", .boolean),
                .init("redirect_uris", .list(of: .string)),
                .init("created_at", .time),
                .init("updated_at", .time)
            )
        ),
        (
            "NewOAuthApplication",
            .request(
                .init("name", .text(atLeast: 1, atMost: 255)),
                .init("redirect_uris", .list(of: .redirectURI, atLeast: 1, atMost: 20)),
                .optional("confidential", .boolean)
            )
        ),
        (
            "Session",
            .answer(
                .init("id", .id),
                .init("user", .named("User")),
                .init("csrf_token", .string),
                .init("created_at", .time),
                .init("expires_at", .time)
            )
        ),
        ("Password", .request(.init("password", .text()), .optional("otp", .text()))),
    ]
}
