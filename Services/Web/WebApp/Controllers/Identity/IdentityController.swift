// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Hummingbird
import Identity

/// `/v2/whoami` and `/v2/accounts`: whom the credentials speak for.
struct IdentityController {
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get("whoami", use: self.whoami)
        group.get("accounts", use: self.accounts)
    }

    /// An account's token has an account and no user; a user has no account.
    @Sendable func whoami(_ request: Request, context: APIRequestContext) async throws -> Response {
        let caller = try context.requireCaller()
        return .data { json in
            json.member("user", caller.user)
            json.member("account", caller.soleAccount?.account)
        }
    }

    /// The accounts that the caller can act for, all on one page.
    @Sendable func accounts(_ request: Request, context: APIRequestContext) async throws -> Response {
        .data(try context.requireCaller().accounts)
    }
}
