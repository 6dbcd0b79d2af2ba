// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Hummingbird
import Identity

/// `/v2/{account}/contacts`.
struct ContactController {
    let services: APIServices

    /// Adds the routes below `/v2/{account}/contacts`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(use: self.list)
        group.post(use: self.create)
        group.get(":contact", use: self.get)
        group.patch(":contact", use: self.update)
        group.delete(":contact", use: self.delete)
    }

    @Sendable func list(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let query = QueryParameters(request.uri)
        return .list(
            try await self.services.contacts.list(
                account: principal.account.id,
                sort: Sort<ContactSortField>.parse(query["sort"] ?? ""),
                page: query.page
            )
        )
    }

    @Sendable func create(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let contact = try await self.services.contacts.create(
            account: principal.account,
            try ContactFields(try await request.jsonObject()),
            context: context.changeContext(principal)
        )
        return .data(contact, status: .created)
    }

    @Sendable func get(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let id = try context.numericID("contact", .contact)
        return .data(try await self.services.contacts.contact(account: principal.account.id, id: id))
    }

    @Sendable func update(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let contact = try await self.services.contacts.update(
            account: principal.account,
            id: try context.numericID("contact", .contact),
            try ContactFields(try await request.jsonObject()),
            context: context.changeContext(principal)
        )
        return .data(contact)
    }

    @Sendable func delete(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let isDeleted = try await self.services.contacts.delete(
            account: principal.account,
            id: try context.numericID("contact", .contact),
            context: context.changeContext(principal)
        )
        guard isDeleted else {
            throw APIError(.badRequest, "The contact cannot be deleted because it's currently in use")
        }
        return .noContent
    }
}

extension ContactFields {
    /// The fields that `object` has; other members are ignored.
    ///
    /// - Throws: every field of a wrong type.
    init(_ object: JSONObject) throws(ValidationErrors) {
        self.init()
        var reader = FieldReader(object)
        for field in ContactField.allCases {
            if let text = reader.string(field.rawValue) {
                self[field] = text
            }
        }
        try reader.errors.throwIfAny()
    }
}
