// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Hummingbird
import Identity

/// `/v2/{account}/secondary_dns`: the customer's primary servers, and zones that are transferred from them.
struct SecondaryController {
    let services: APIServices

    private var servers: PrimaryServerStore { self.services.primaryServers }

    /// Adds the routes below `/v2/{account}/secondary_dns`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get("primaries", use: self.list)
        group.post("primaries", use: self.create)
        group.get("primaries/:primary", use: self.get)
        group.delete("primaries/:primary", use: self.delete)
        group.put("primaries/:primary/link", use: self.link)
        group.put("primaries/:primary/unlink", use: self.unlink)
        group.post("zones", use: self.createZone)
    }

    @Sendable func list(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let query = QueryParameters(request.uri)
        return .list(
            try await self.servers.list(
                account: principal.account.id,
                sort: Sort<PrimaryServerSortField>.parse(query["sort"] ?? ""),
                page: query.page
            )
        )
    }

    @Sendable func create(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let server = try await self.servers.create(
            account: principal.account,
            try PrimaryServerInput(try await request.jsonObject()),
            context: context.changeContext(principal)
        )
        return .data(server, status: .created)
    }

    @Sendable func get(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        return .data(
            try await self.servers.server(
                account: principal.account.id,
                id: try context.numericID("primary", .primaryServer)
            )
        )
    }

    @Sendable func delete(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        try await self.servers.delete(
            account: principal.account,
            id: try context.numericID("primary", .primaryServer),
            context: context.changeContext(principal)
        )
        return .noContent
    }

    @Sendable func link(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        return .data(
            try await self.servers.link(
                account: principal.account,
                id: try context.numericID("primary", .primaryServer),
                zone: try await Self.zone(in: request),
                context: context.changeContext(principal)
            )
        )
    }

    @Sendable func unlink(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        return .data(
            try await self.servers.unlink(
                account: principal.account,
                id: try context.numericID("primary", .primaryServer),
                zone: try await Self.zone(in: request),
                context: context.changeContext(principal)
            )
        )
    }

    @Sendable func createZone(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let zone = try await self.services.editor.createSecondaryZone(
            account: principal.account,
            name: try await Self.text("name", in: request) ?? "",
            context: context.changeContext(principal)
        )
        return .data(zone, status: .created)
    }

    /// The zone that the body names.
    private static func zone(in request: Request) async throws -> ResourceIdentifier {
        guard let name = try await self.text("zone", in: request), !name.isEmpty else {
            throw ValidationErrors("zone", "can't be blank")
        }
        return ResourceIdentifier(name)
    }

    private static func text(_ field: String, in request: Request) async throws -> String? {
        try await request.jsonObject().read { $0.string(field) }
    }
}

extension PrimaryServerInput {
    /// The server's fields of `object`; a port may be a number or, as some clients send it, digits.
    ///
    /// - Throws: every field of a wrong type.
    fileprivate init(_ object: JSONObject) throws(ValidationErrors) {
        var reader = FieldReader(object)
        let name = reader.string("name")
        let ip = reader.string("ip")
        var port: Int64?
        if case .string(let text) = object["port"], let number = Int64(text) {
            port = number
        } else {
            port = reader.integer("port")
        }
        try reader.errors.throwIfAny()
        self.init(name: name, ip: ip, port: port)
    }
}
