// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Hummingbird
import Identity

/// Notes and labels of domains and records below `/x/v1/{account}`, and lists that show them.
struct AnnotationController {
    let services: APIServices

    /// Adds the routes below `/x/v1/{account}/domains`.
    func addDomainRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(use: self.listDomains)
        self.addRoutes(to: group.group(":domain")) { .domain($0.domain) }
    }

    /// Adds the routes below `/x/v1/{account}/zones`.
    func addRecordRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(":zone/records", use: self.listRecords)
        self.addRoutes(to: group.group(":zone/records/:record")) {
            .record(id: try $0.numericID("record", .record), zone: $0.zone)
        }
    }

    /// Says what a path is about.
    private typealias Subject = @Sendable (APIRequestContext) throws -> AnnotationSubject

    private func addRoutes(to group: RouterGroup<APIRequestContext>, about subject: @escaping Subject) {
        group.get("note") { try await self.note($0, $1, try subject($1)) }
        group.put("note") { request, context in
            let note = try Note(try await request.jsonObject())
            return try await self.set(.note(note), request, context, try subject(context))
        }
        group.delete("note") { request, context in
            _ = try await self.set(.note(Note(nil)), request, context, try subject(context))
            return Response.noContent
        }
        group.get("labels") { try await self.labels($0, $1, try subject($1)) }
        group.put("labels") { request, context in
            let labels = try LabelSet(try await request.jsonObject())
            return try await self.set(.labels(labels), request, context, try subject(context))
        }
        group.delete("labels") { request, context in
            _ = try await self.set(.labels(LabelSet()), request, context, try subject(context))
            return Response.noContent
        }
    }

    @Sendable func listDomains(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let query = QueryParameters(request.uri)
        return .list(
            try await self.services.domains.annotatedList(
                account: principal.account.id,
                filter: NameFilter(
                    nameLike: query.nonEmpty("name_like"),
                    names: principal.readableNames("domains")
                ),
                labels: try query.labelSelector(),
                sort: Sort<DomainSortField>.parse(query["sort"] ?? ""),
                page: query.page
            )
        )
    }

    @Sendable func listRecords(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let query = QueryParameters(request.uri)
        let labels = try query.labelSelector()
        let zone = try await self.services.zones.zone(account: principal.account.id, context.zone)
        let result = try await self.services.records.annotatedList(
            zone: zone,
            filter: RecordFilter(
                nameLike: query.nonEmpty("name_like"),
                name: query["name"],
                type: query.nonEmpty("type")
            ),
            labels: labels,
            sort: Sort<RecordSortField>.parse(query["sort"] ?? ""),
            page: query.page
        )
        return request.conditionalList(result, of: zone)
    }

    private func note(
        _ request: Request,
        _ context: APIRequestContext,
        _ subject: AnnotationSubject
    ) async throws -> Response {
        let principal = try context.requirePrincipal()
        let found = try await self.services.annotations.annotations(of: subject, account: principal.account.id)
        return request.conditional(.data(found.note), found.noteTag)
    }

    private func labels(
        _ request: Request,
        _ context: APIRequestContext,
        _ subject: AnnotationSubject
    ) async throws -> Response {
        let principal = try context.requirePrincipal()
        let found = try await self.services.annotations.annotations(of: subject, account: principal.account.id)
        return request.conditional(.data { $0.member("labels", found.labels) }, found.labelsTag)
    }

    private func set(
        _ change: AnnotationStore.Change,
        _ request: Request,
        _ context: APIRequestContext,
        _ subject: AnnotationSubject
    ) async throws -> Response {
        let principal = try context.requirePrincipal()
        let result = try await self.services.annotations.set(
            change,
            of: subject,
            account: principal.account,
            if: request.precondition,
            context: context.changeContext(principal)
        )
        switch change {
        case .note: return Response.data(result.note).tagged(result.noteTag)
        case .labels: return Response.data { $0.member("labels", result.labels) }.tagged(result.labelsTag)
        }
    }
}
