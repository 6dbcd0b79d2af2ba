// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Hummingbird
import Identity

/// `/x/v1/{account}/zones/{zone}/versions` and `…/changes`: what became of a zone, and how far it has come.
struct VersionController {
    /// The longest that a request may wait for its change, in seconds.
    static let longestWait = 30

    let services: APIServices

    /// Adds the routes below `/x/v1/{account}/zones`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(":zone/versions", use: self.list)
        group.get(":zone/versions/:version", use: self.get)
        group.get(":zone/versions/:version/diff/:other", use: self.diff)
        group.post(":zone/versions/:version/rollback", use: self.rollback)
        group.get(":zone/changes/:change", use: self.change)
    }

    @Sendable func list(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let zone = try await self.services.zones.zone(account: principal.account.id, context.zone)
        return .list(try await self.services.versions.list(of: zone, page: QueryParameters(request.uri).page))
    }

    /// A version with its difference from the one before.
    @Sendable func get(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let zone = try await self.services.zones.zone(account: principal.account.id, context.zone)
        let version = try await self.services.versions.version(try context.version("version"), of: zone)
        let diff = try await self.services.versions.diff(of: version.version, zone: zone)
        return .data { json in
            version.writeMembers(to: &json)
            json.member("diff", diff)
        }
    }

    /// What turns one version into the other.
    @Sendable func diff(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let zone = try await self.services.zones.zone(account: principal.account.id, context.zone)
        let start = try context.version("version")
        let end = try context.version("other")
        let diff = try await self.services.versions.diff(from: start, to: end, zone: zone)
        return .data { json in
            json.member("from", start)
            json.member("to", end)
            json.member("diff", diff)
        }
    }

    /// Makes a new version with the records of an older one; with `dry_run` it only says what would change.
    @Sendable func rollback(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let target = try context.version("version")
        let isDry = try QueryParameters(request.uri).flag("dry_run")
        let (zone, diff) = try await self.services.editor.rollback(
            account: principal.account,
            zone: context.zone,
            to: target,
            dryRun: isDry,
            if: request.precondition,
            context: context.changeContext(principal)
        )
        return Response.data { json in
            json.member("zone_id", zone.name)
            json.member("restored_version", target)
            json.member("version", zone.version)
            json.member("dry_run", isDry)
            json.member("diff", diff)
        }.tagged(EntityTag(zone))
    }

    /// How far a change has come. With `wait` the answer comes when every responder has it, or after so many seconds.
    @Sendable func change(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let zone = try await self.services.zones.zone(account: principal.account.id, context.zone)
        let identifier = context.path("change")
        let wait = try Self.wait(QueryParameters(request.uri))
        let end = ContinuousClock.now + .seconds(wait)
        var pause = Duration.milliseconds(20)
        var status = try await self.services.versions.status(of: identifier, zone: zone)
        while !status.isInSync, ContinuousClock.now < end {
            try await Task.sleep(for: min(pause, ContinuousClock.now.duration(to: end)))
            pause = min(pause * 2, .milliseconds(250))
            status = try await self.services.versions.status(of: identifier, zone: zone)
        }
        return .data(status)
    }

    private static func wait(_ query: QueryParameters) throws -> Int {
        guard let text = query["wait"] else { return 0 }
        guard let seconds = Int(text), (0...Self.longestWait).contains(seconds) else {
            throw ValidationErrors("wait", "must be between 0 and \(Self.longestWait)")
        }
        return seconds
    }
}

extension APIRequestContext {
    /// The version that a part of the path names.
    ///
    /// - Throws: `NotFound` for what is no number.
    func version(_ parameter: String) throws -> Int64 {
        guard let version = Int64(self.path(parameter)), version > 0 else {
            throw NotFound(.version, self.path(parameter))
        }
        return version
    }
}
