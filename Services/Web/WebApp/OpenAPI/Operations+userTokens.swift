// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes

extension APIOperation {
    private static let userToken = "/x/v1/user/tokens"

    /// A user's own tokens.
    static let userTokens: [APIOperation] = [
        APIOperation(
            .get,
            userToken,
            "listUserTokens",
            "The user's tokens, without the revoked ones.",
            query: APIParameter.page,
            .page(of: .named("Token"))
        ),
        APIOperation(
            .post,
            userToken,
            "createUserToken",
            "Make a token of the user. Its text is in this answer alone.",
            body: .json(.named("NewToken")),
            .data(.answer(.init("token", .string), .init("details", .named("Token"))), status: 201),
            refused: badToken
        ),
        APIOperation(.get, userToken + "/{token}", "getUserToken", "A token of the user.", .data(.named("Token"))),
        APIOperation(.delete, userToken + "/{token}", "revokeUserToken", "Revoke a token of the user.", .empty()),
    ]
}
