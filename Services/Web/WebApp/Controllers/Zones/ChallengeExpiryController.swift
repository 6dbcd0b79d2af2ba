// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Hummingbird
import Identity

/// `/x/v1/{account}/zones/{zone}/challenge_expiry`: whether challenge records that clients left behind are removed.
struct ChallengeExpiryController {
    let services: APIServices

    /// Adds the routes below `/x/v1/{account}/zones`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(":zone/challenge_expiry", use: self.get)
        group.put(":zone/challenge_expiry", use: self.update)
    }

    @Sendable func get(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let zone = try await self.services.zones.zone(account: principal.account.id, context.zone)
        return .data(try await self.services.challengeExpiries.expiry(zone: zone.id))
    }

    @Sendable func update(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let object = try await request.jsonObject()
        // A body that says nothing must not turn off what was asked for.
        guard object["hours"] != nil else { throw ValidationErrors("hours", "can't be blank") }
        let expiry = try object.read { try ChallengeExpiry(hours: $0.integer("hours")) }
        try await self.services.challengeExpiries.set(
            expiry,
            account: principal.account,
            zone: context.zone,
            context: context.changeContext(principal)
        )
        return .data(expiry)
    }
}
