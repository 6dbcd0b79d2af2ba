// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Hummingbird
import Identity

/// `/x/v1/{account}/deleted_zones`: zones that can be made again as they were.
struct DeletedZoneController {
    let services: APIServices

    /// Adds the routes below `/x/v1/{account}/deleted_zones`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(use: self.list)
        group.post(":deleted/restore", use: self.restore)
    }

    @Sendable func list(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        return .list(
            try await self.services.deletedZones.list(
                account: principal.account.id,
                page: QueryParameters(request.uri).page
            )
        )
    }

    @Sendable func restore(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        guard let id = Int64(context.path("deleted")) else {
            throw NotFound(.deletedZone, context.path("deleted"))
        }
        let zone = try await self.services.editor.restoreZone(
            account: principal.account,
            id: id,
            context: context.changeContext(principal)
        )
        return Response.data(zone, status: .created).tagged(EntityTag(zone))
    }
}
