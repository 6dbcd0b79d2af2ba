// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Hummingbird
import Identity
import NIOCore

/// `/x/v1/{account}/audit`: who changed what, by pages or all of it as lines.
struct AuditController {
    /// Entries that are read at once for an export.
    private static let chunk = 500

    let services: APIServices

    /// Adds the routes below `/x/v1/{account}/audit`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(use: self.list)
        group.get("export", use: self.export)
    }

    /// `{"data":[…],"next":…}`: `next` is the value of `before` for what follows, null at the end.
    @Sendable func list(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let query = QueryParameters(request.uri)
        let size = query.page.size
        let entries = try await self.services.audit.list(
            account: principal.account.id,
            filter: try Self.filter(query),
            before: try Self.number("before", query),
            limit: size + 1
        )
        var json = JSONWriter(reservingCapacity: 256 + entries.count * 1_024)
        json.object { json in
            json.member("data", Array(entries.prefix(size)))
            json.member("next", entries.count > size ? entries[size - 1].id : Int64?.none)
        }
        return Response(.ok, json: json)
    }

    /// One JSON object a line, the newest first; read piece by piece, so that a long audit costs no memory.
    @Sendable func export(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let filter = try Self.filter(QueryParameters(request.uri))
        let audit = self.services.audit
        let account = principal.account.id
        // Before the head is sent: an error still has a status then.
        let first = try await audit.list(account: account, filter: filter, limit: Self.chunk)
        let body = ResponseBody { writer in
            var entries = first
            while let last = entries.last {
                var lines: [UInt8] = []
                for entry in entries {
                    lines += JSONWriter.bytes(of: entry) + [0x0A]
                }
                try await writer.write(ByteBuffer(bytes: lines))
                guard entries.count == Self.chunk else { break }
                entries = try await audit.list(account: account, filter: filter, before: last.id, limit: Self.chunk)
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "application/x-ndjson"], body: body)
    }

    private static func filter(_ query: QueryParameters) throws -> AuditFilter {
        let filter = AuditFilter(
            subject: query.nonEmpty("subject"),
            action: query.nonEmpty("action"),
            actor: query.nonEmpty("actor"),
            tokenID: try Self.number("token_id", query),
            remoteAddress: query.nonEmpty("remote_address"),
            since: query["since"],
            until: query["until"]
        )
        try filter.validate()
        for text in [filter.subject, filter.action, filter.actor, filter.remoteAddress].compactMap({ $0 })
        where text.utf8.contains(0) {
            // PostgreSQL has no text with NUL: nothing can be called so.
            throw ValidationErrors("base", "may not have NUL characters")
        }
        return filter
    }

    private static func number(_ key: String, _ query: QueryParameters) throws -> Int64? {
        guard let text = query[key] else { return nil }
        guard let number = Int64(text), number > 0 else { throw ValidationErrors(key, "is not an id") }
        return number
    }
}
