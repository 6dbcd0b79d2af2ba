// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Hummingbird
import Identity

/// `/v2/{account}/templates`, their records, and their application to domains.
struct TemplateController {
    let services: APIServices

    private var templates: TemplateStore { self.services.templates }

    /// Adds the routes below `/v2/{account}/templates`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(use: self.list)
        group.post(use: self.create)
        group.get(":template", use: self.get)
        group.patch(":template", use: self.update)
        group.delete(":template", use: self.delete)
        group.get(":template/records", use: self.listRecords)
        group.post(":template/records", use: self.createRecord)
        group.get(":template/records/:record", use: self.getRecord)
        group.delete(":template/records/:record", use: self.deleteRecord)
    }

    /// Adds the route below `/v2/{account}/domains/{domain}/templates`.
    func addDomainRoutes(to group: RouterGroup<APIRequestContext>) {
        group.post(":template", use: self.apply)
    }

    @Sendable func list(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let query = QueryParameters(request.uri)
        return .list(
            try await self.templates.list(
                account: principal.account.id,
                sort: Sort<TemplateSortField>.parse(query["sort"] ?? ""),
                page: query.page
            )
        )
    }

    @Sendable func create(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let template = try await self.templates.create(
            account: principal.account,
            try TemplateInput(try await request.jsonObject()),
            context: context.changeContext(principal)
        )
        return .data(template, status: .created)
    }

    @Sendable func get(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        return .data(try await self.templates.template(account: principal.account.id, context.template))
    }

    @Sendable func update(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        return .data(
            try await self.templates.update(
                account: principal.account,
                context.template,
                try TemplateInput(try await request.jsonObject()),
                context: context.changeContext(principal)
            )
        )
    }

    @Sendable func delete(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        try await self.templates.delete(
            account: principal.account,
            context.template,
            context: context.changeContext(principal)
        )
        return .noContent
    }

    @Sendable func listRecords(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let query = QueryParameters(request.uri)
        return .list(
            try await self.templates.records(
                account: principal.account.id,
                context.template,
                sort: Sort<TemplateRecordSortField>.parse(query["sort"] ?? ""),
                page: query.page
            )
        )
    }

    @Sendable func createRecord(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let record = try await self.templates.createRecord(
            account: principal.account,
            context.template,
            try RecordInput(try await request.jsonObject()),
            context: context.changeContext(principal)
        )
        return .data(record, status: .created)
    }

    @Sendable func getRecord(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        return .data(
            try await self.templates.record(
                account: principal.account.id,
                context.template,
                id: try context.numericID("record", .record)
            )
        )
    }

    @Sendable func deleteRecord(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        try await self.templates.deleteRecord(
            account: principal.account,
            context.template,
            id: try context.numericID("record", .record),
            context: context.changeContext(principal)
        )
        return .noContent
    }

    @Sendable func apply(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        try await self.services.editor.applyTemplate(
            context.template,
            account: principal.account,
            domain: context.domain,
            context: context.changeContext(principal)
        )
        return .noContent
    }
}

extension APIRequestContext {
    /// The template that the path names, by id or short name.
    fileprivate var template: ResourceIdentifier { ResourceIdentifier(self.path("template")) }
}

extension TemplateInput {
    /// The template's fields of `object`; other members are ignored.
    ///
    /// - Throws: every field of a wrong type.
    fileprivate init(_ object: JSONObject) throws(ValidationErrors) {
        var reader = FieldReader(object)
        self.init(
            name: reader.string("name"),
            sid: reader.string("sid"),
            description: reader.string("description")
        )
        try reader.errors.throwIfAny()
    }
}
