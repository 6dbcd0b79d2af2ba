// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Hummingbird
import Identity

/// `/x/v1/{account}/zones/{zone}/rrsets` and the zone as a whole: what is wanted instead of what is to be done.
struct RecordSetController {
    let services: APIServices

    /// Adds the routes below `/x/v1/{account}/zones`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(":zone/rrsets", use: self.list)
        group.get(":zone/rrsets/:name/:type", use: self.get)
        group.put(":zone/rrsets/:name/:type", use: self.put)
        group.delete(":zone/rrsets/:name/:type", use: self.delete)
        group.put(":zone", use: self.putZone)
    }

    @Sendable func list(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let zone = try await self.services.zones.zone(account: principal.account.id, context.zone)
        let query = QueryParameters(request.uri)
        let result = try await self.services.recordSets.list(
            zone: zone,
            filter: RecordFilter(
                nameLike: query.nonEmpty("name_like"),
                name: query["name"],
                type: query.nonEmpty("type")
            ),
            page: query.page
        )
        return request.conditionalList(result, of: zone)
    }

    @Sendable func get(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let zone = try await self.services.zones.zone(account: principal.account.id, context.zone)
        let set = try await self.services.recordSets.recordSet(zone: zone, name: context.owner, type: context.type)
        return request.conditional(.data(set), EntityTag(zone, representation: JSONWriter.bytes(of: set)))
    }

    /// Makes the RRset as it is in the body; twice the same changes nothing. An empty list of records deletes it.
    @Sendable func put(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let set = try RecordSetInput(
            try await request.jsonObject(limit: Request.importBodyLimit),
            name: context.owner,
            type: context.type
        )
        let report = try await self.services.editor.replaceRecords(
            account: principal.account,
            zone: context.zone,
            .recordSet(name: context.owner, type: context.type),
            with: set.records,
            dryRun: try QueryParameters(request.uri).flag("dry_run"),
            if: request.precondition,
            context: context.changeContext(principal)
        )
        return .data(report)
    }

    @Sendable func delete(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        try await self.services.editor.deleteRecordSet(
            account: principal.account,
            zone: context.zone,
            name: context.owner,
            type: context.type,
            if: request.precondition,
            context: context.changeContext(principal)
        )
        return .noContent
    }

    /// The zone as it should be: `{"rrsets":[…]}`, or a zone file.
    @Sendable func putZone(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let body = try await request.bodyBytes(limit: Request.importBodyLimit)
        let dryRun = try QueryParameters(request.uri).flag("dry_run")
        let report: ZoneImportReport
        if body.isJSONObject {
            report = try await self.services.editor.replaceRecords(
                account: principal.account,
                zone: context.zone,
                .zone,
                with: try RecordSetInput.zone(try JSONObject(body)),
                dryRun: dryRun,
                if: request.precondition,
                context: context.changeContext(principal)
            )
        } else {
            guard !body.isEmpty else { throw ValidationErrors("rrsets", "can't be blank") }
            report = try await self.services.editor.importZone(
                account: principal.account,
                zone: context.zone,
                ZoneImportRequest(file: body, mode: .replace, dryRun: dryRun),
                if: request.precondition,
                context: context.changeContext(principal)
            )
        }
        return .data(report)
    }
}

extension APIRequestContext {
    /// The owner that the path names, relative to the zone: `@` for the apex.
    fileprivate var owner: String { self.path("name") == "@" ? "" : ZoneName.key(self.path("name")) }

    /// The record type that the path names.
    fileprivate var type: String { self.path("type").uppercased() }
}

extension [UInt8] {
    /// Whether the first octet that is no blank opens a JSON object. No zone file begins with a brace.
    var isJSONObject: Bool {
        let whitespace: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
        return self.first { !whitespace.contains($0) } == UInt8(ascii: "{")
    }
}
