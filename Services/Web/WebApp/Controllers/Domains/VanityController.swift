// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Hummingbird
import Identity

/// `/v2/{account}/vanity/{domain}`.
struct VanityController {
    let services: APIServices

    /// Adds the routes below `/v2/{account}/vanity`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.put(":domain", use: self.enable)
        group.delete(":domain", use: self.disable)
    }

    @Sendable func enable(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        return .data(
            try await self.services.editor.enableVanity(
                account: principal.account,
                domain: context.domain,
                context: context.changeContext(principal)
            )
        )
    }

    @Sendable func disable(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        try await self.services.editor.disableVanity(
            account: principal.account,
            domain: context.domain,
            context: context.changeContext(principal)
        )
        return .noContent
    }
}
