// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Hummingbird
import Identity

/// `/x/v1/{account}/zones/{zone}/delegation_check`: what the parent of a zone says about it.
struct DelegationCheckController {
    let services: APIServices

    /// Adds the routes below `/x/v1/{account}/zones`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(":zone/delegation_check", use: self.get)
        group.post(":zone/delegation_check", use: self.request)
    }

    @Sendable func get(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let zone = try await self.services.zones.zone(account: principal.account.id, context.zone)
        return .data(try await self.services.delegationChecks.check(zone: zone.id))
    }

    /// Has it looked at now; the answer is what was known before.
    @Sendable func request(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let zone = try await self.services.zones.zone(account: principal.account.id, context.zone)
        let known = try await self.services.delegationChecks.check(zone: zone.id)
        try await self.services.delegationChecks.request(zone: zone.id)
        return .data(known, status: .accepted)
    }
}
