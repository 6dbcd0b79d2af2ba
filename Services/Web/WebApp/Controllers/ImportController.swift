// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Hummingbird
import Identity

/// `/x/v1/{account}/zones/{zone}/import`: a zone file into a zone, all of it or nothing.
struct ImportController {
    let services: APIServices

    /// Adds the route below `/x/v1/{account}/zones`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.post(":zone/import", use: self.importFile)
    }

    @Sendable func importFile(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let query = QueryParameters(request.uri)
        let text = query["mode"] ?? ZoneImportRequest.Mode.merge.rawValue
        guard let mode = ZoneImportRequest.Mode(rawValue: text) else {
            throw ValidationErrors("mode", "must be merge or replace")
        }
        let report = try await self.services.editor.importZone(
            account: principal.account,
            zone: context.zone,
            ZoneImportRequest(file: try await self.file(of: request), mode: mode, dryRun: try query.flag("dry_run")),
            if: request.precondition,
            context: context.changeContext(principal)
        )
        return .data(report)
    }

    /// The zone file: the body itself or, when that is a JSON object, its `zone_file`. No zone file begins with a brace.
    private func file(of request: Request) async throws -> [UInt8] {
        let body = try await request.bodyBytes(limit: Request.importBodyLimit)
        let whitespace: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
        guard body.first(where: { !whitespace.contains($0) }) == UInt8(ascii: "{") else {
            guard !body.isEmpty else { throw ValidationErrors("zone_file", "can't be blank") }
            return body
        }
        let file = try JSONObject(body).read { $0.string("zone_file") }
        guard let file, !file.isEmpty else { throw ValidationErrors("zone_file", "can't be blank") }
        return Array(file.utf8)
    }
}
