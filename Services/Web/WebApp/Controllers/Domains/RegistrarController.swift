// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Hummingbird
import Identity

/// `/v2/{account}/registrar`: the answers of a platform that registers no domains, from one table.
struct RegistrarController {
    let services: APIServices

    /// Adds the routes below `/v2/{account}/registrar`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        for operation in RegistrarOperation.all {
            group.on(operation.path, method: operation.method) { request, context in
                try await self.answer(operation, request, context)
            }
        }
    }

    private func answer(
        _ operation: RegistrarOperation,
        _ request: Request,
        _ context: APIRequestContext
    ) async throws -> Response {
        let principal = try context.requirePrincipal()
        if operation.concernsOwnDomain, context.parameters.get("domain") != nil {
            _ = try await self.services.domains.domain(account: principal.account.id, context.domain)
        }
        switch operation.answer {
        case .notOffered(let message):
            throw FeatureUnavailable(message)
        case .notFound(let kind, let parameter):
            throw APIError(.notFound, "\(kind) `\(context.path(parameter))` not found")
        case .removed(let message):
            throw APIError(.gone, message)
        case .emptyList:
            return .emptyList(QueryParameters(request.uri).page)
        }
    }
}

extension Response {
    /// A page of a list that has nothing.
    static func emptyList(_ page: Page) -> Response {
        .list(PageResult(items: [String](), page: page, totalEntries: 0))
    }
}
