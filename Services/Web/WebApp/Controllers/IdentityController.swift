// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Hummingbird
import Identity

/// `/v2/whoami` and `/v2/accounts`: whom the token speaks for.
struct IdentityController {
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get("whoami", use: self.whoami)
        group.get("accounts", use: self.accounts)
    }

    /// An account's token has an account and no user.
    @Sendable func whoami(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        return .data { json in
            json.member("user", String?.none)
            json.member("account", principal.account)
        }
    }

    @Sendable func accounts(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        return .data([principal.account])
    }
}
