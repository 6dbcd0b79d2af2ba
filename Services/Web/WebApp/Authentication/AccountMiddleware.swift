// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import Hummingbird
import Identity

/// Guards the routes below `/{account}`: a valid token, of that account, with the access the method needs.
struct AccountMiddleware: RouterMiddleware {
    /// What the routes are about, as scopes name it: `domains` or `zones`.
    let resource: String

    func handle(
        _ request: Request,
        context: APIRequestContext,
        next: @concurrent (Request, APIRequestContext) async throws -> Response
    ) async throws -> Response {
        guard let principal = context.principal else { throw APIError.unauthenticated }
        // Another's account answers like one that does not exist.
        guard context.parameters.get("account") == String(principal.account.id) else { throw APIError.notFound }
        if !principal.canWrite, request.method != .get, request.method != .head {
            throw APIError.forbidden(requiredScope: "\(self.resource):*:write")
        }
        return try await next(request, context)
    }
}

extension APIRequestContext {
    /// The principal of a request that got past authentication.
    ///
    /// - Throws: 401 where there is none.
    func requirePrincipal() throws -> Principal {
        guard let principal = self.principal else { throw APIError.unauthenticated }
        return principal
    }
}
