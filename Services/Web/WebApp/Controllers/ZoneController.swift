// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Hummingbird
import Identity

/// `/v2/{account}/zones`, without the records.
struct ZoneController {
    let services: APIServices

    /// Adds the routes below `/v2/{account}/zones`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(use: self.list)
        group.get(":zone", use: self.get)
        group.get(":zone/file", use: self.file)
        group.get(":zone/distribution", use: self.distribution)
        group.put(":zone/ns_records", use: self.nameServers)
        group.put(":zone/activation", use: self.activate)
        group.delete(":zone/activation", use: self.deactivate)
    }

    @Sendable func list(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let query = QueryParameters(request.uri)
        return .list(
            try await self.services.zones.list(
                account: principal.account.id,
                filter: NameFilter(
                    nameLike: query.nonEmpty("name_like"),
                    names: principal.readableNames("zones")
                ),
                sort: Sort<ZoneSortField>.parse(query["sort"] ?? ""),
                page: query.page
            )
        )
    }

    @Sendable func get(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let zone = try await self.services.zones.zone(account: principal.account.id, context.zone)
        return request.conditional(.data(zone), EntityTag(zone))
    }

    @Sendable func file(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let zone = try await self.services.zones.zone(account: principal.account.id, context.zone)
        let text = try await self.services.records.zoneFile(of: zone)
        return .data { $0.member("zone", text) }
    }

    @Sendable func distribution(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let zone = try await self.services.zones.zone(account: principal.account.id, context.zone)
        let distribution = try await self.services.zones.distribution(of: zone)
        return .data { $0.member("distributed", distribution.isDistributed) }
    }

    @Sendable func activate(_ request: Request, context: APIRequestContext) async throws -> Response {
        try await self.setActive(true, request, context)
    }

    @Sendable func deactivate(_ request: Request, context: APIRequestContext) async throws -> Response {
        try await self.setActive(false, request, context)
    }

    /// The name servers by their names. Sets of them would be of the platform's, which has none.
    @Sendable func nameServers(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let (names, sets) = try await request.jsonObject().read { reader in
            (reader.strings("ns_names"), reader.array("ns_set_ids"))
        }
        if let set = sets?.first {
            throw NotFound(.nameServerSet, set.identifier)
        }
        let records = try await self.services.editor.setNameServers(
            account: principal.account,
            zone: context.zone,
            names ?? [],
            if: request.precondition,
            context: context.changeContext(principal)
        )
        return .data(records)
    }

    private func setActive(
        _ active: Bool,
        _ request: Request,
        _ context: APIRequestContext
    ) async throws -> Response {
        let principal = try context.requirePrincipal()
        let zone = try await self.services.editor.setActive(
            active,
            account: principal.account,
            zone: context.zone,
            if: request.precondition,
            context: context.changeContext(principal)
        )
        return Response.data(zone).tagged(EntityTag(zone))
    }
}

extension JSONValue {
    /// The value as a message names it: a number or a text; empty for anything else.
    fileprivate var identifier: String {
        switch self {
        case .integer(let number): String(number)
        case .string(let text): text
        default: ""
        }
    }
}
