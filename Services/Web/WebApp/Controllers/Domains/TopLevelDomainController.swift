// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Hummingbird
import Identity

/// `/v2/tlds`: the top-level domains under which names can be registered here, which are none.
struct TopLevelDomainController {
    /// Adds the routes below `/v2/tlds`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(use: self.list)
        group.get(":tld", use: self.missing)
        group.get(":tld/extended_attributes", use: self.missing)
    }

    @Sendable func list(_ request: Request, context: APIRequestContext) async throws -> Response {
        _ = try context.requireCaller()
        return .emptyList(QueryParameters(request.uri).page)
    }

    @Sendable func missing(_ request: Request, context: APIRequestContext) async throws -> Response {
        _ = try context.requireCaller()
        throw APIError(.notFound, "TLD `\(context.path("tld"))` not found")
    }
}
