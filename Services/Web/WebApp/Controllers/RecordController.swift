// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Hummingbird
import Identity

/// `/v2/{account}/zones/{zone}/records` and `/v2/{account}/zones/{zone}/batch`.
struct RecordController {
    let services: APIServices

    /// Adds the routes below `/v2/{account}/zones/{zone}`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get("records", use: self.list)
        group.post("records", use: self.create)
        group.get("records/:record", use: self.get)
        group.patch("records/:record", use: self.update)
        group.delete("records/:record", use: self.delete)
        group.get("records/:record/distribution", use: self.distribution)
        group.post("batch", use: self.batch)
    }

    @Sendable func list(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let zone = try await self.services.zones.zone(account: principal.account.id, context.zone)
        let query = QueryParameters(request.uri)
        let result = try await self.services.records.list(
            zone: zone,
            filter: RecordFilter(
                nameLike: query.nonEmpty("name_like"),
                name: query["name"],
                type: query.nonEmpty("type")
            ),
            sort: Sort<RecordSortField>.parse(query["sort"] ?? ""),
            page: query.page
        )
        return request.conditionalList(result, of: zone)
    }

    @Sendable func create(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let record = try await self.services.editor.createRecord(
            account: principal.account,
            zone: context.zone,
            try RecordInput(try await request.jsonObject()),
            if: request.precondition,
            context: context.changeContext(principal)
        )
        return Response.data(record, status: .created).tagged(EntityTag(record))
    }

    @Sendable func get(_ request: Request, context: APIRequestContext) async throws -> Response {
        let record = try await self.record(context)
        return request.conditional(.data(record), EntityTag(record))
    }

    @Sendable func update(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let record = try await self.services.editor.updateRecord(
            account: principal.account,
            zone: context.zone,
            id: try context.numericID("record", .record),
            try RecordInput(try await request.jsonObject()),
            if: request.precondition,
            context: context.changeContext(principal)
        )
        return Response.data(record).tagged(EntityTag(record))
    }

    @Sendable func delete(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        try await self.services.editor.deleteRecord(
            account: principal.account,
            zone: context.zone,
            id: try context.numericID("record", .record),
            if: request.precondition,
            context: context.changeContext(principal)
        )
        return .noContent
    }

    /// A record is distributed when its zone's newest version is: versions, not records, travel.
    @Sendable func distribution(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let zone = try await self.services.zones.zone(account: principal.account.id, context.zone)
        _ = try await self.services.records.record(zone: zone, id: try context.numericID("record", .record))
        let distribution = try await self.services.zones.distribution(of: zone)
        return .data { $0.member("distributed", distribution.isDistributed) }
    }

    @Sendable func batch(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let result = try await self.services.editor.batch(
            account: principal.account,
            zone: context.zone,
            try BatchInput(try await request.jsonObject(limit: Request.importBodyLimit)),
            if: request.precondition,
            context: context.changeContext(principal)
        )
        return .data(result)
    }

    private func record(_ context: APIRequestContext) async throws -> ZoneRecord {
        let principal = try context.requirePrincipal()
        return try await self.services.records.record(
            account: principal.account.id,
            zone: context.zone,
            id: try context.numericID("record", .record)
        )
    }
}
