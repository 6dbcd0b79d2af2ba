// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import HTTPTypes
import Hummingbird
import Identity

/// `/x/v1/{account}/oauth_applications`: the programs that an account offers to others.
struct OAuthApplicationController {
    /// Redirect URIs that an application can have.
    private static let maximumURIs = 20

    let oauth: OAuthStore

    /// Adds the routes below `/x/v1/{account}/oauth_applications`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(use: self.list)
        group.post(use: self.create)
        group.get(":application", use: self.get)
        group.delete(":application", use: self.delete)
    }

    @Sendable func list(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let page = QueryParameters(request.uri).page
        return .list(try await self.oauth.list(account: principal.account.id, page: page))
    }

    @Sendable func get(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let id = try context.identifier("application", .application)
        return .data(try await self.oauth.application(account: principal.account.id, id: id))
    }

    /// The client's secret, where it has one, is shown this once.
    @Sendable func create(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let (name, uris, isConfidential) = try Self.input(try await request.jsonObject())
        let secret = isConfidential ? TokenSecret(.client) : nil
        let application = try await self.oauth.create(
            name: name,
            redirectURIs: uris,
            clientID: OAuthApplication.newClientID(),
            secret: secret,
            account: principal.account,
            context: context.changeContext(principal)
        )
        var json = JSONWriter()
        json.object { json in
            json.object("data") { json in
                json.member("client_secret", secret?.text.reveal())
                json.member("details", application)
            }
        }
        return Response(.created, json: json)
    }

    @Sendable func delete(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        try await self.oauth.delete(
            account: principal.account,
            id: try context.identifier("application", .application),
            context: context.changeContext(principal)
        )
        return .noContent
    }

    private static func input(_ object: JSONObject) throws -> (String, [RedirectURI], Bool) {
        var reader = FieldReader(object)
        let name = reader.string("name") ?? ""
        let texts = reader.strings("redirect_uris") ?? []
        var errors = reader.errors
        var isConfidential = true
        switch object["confidential"] {
        case nil, .null: break
        case .bool(let value): isConfidential = value
        default: errors.add("confidential", "must be true or false")
        }
        if name.isEmpty {
            errors.add("name", "can't be blank")
        } else if name.unicodeScalars.count > 255 || name.utf8.contains(0) {
            errors.add("name", "is too long (maximum is 255 characters)")
        }
        if errors["redirect_uris"].isEmpty, texts.isEmpty || texts.count > Self.maximumURIs {
            errors.add("redirect_uris", "must have 1 to \(Self.maximumURIs) elements")
        }
        for text in texts where RedirectURI(text) == nil {
            errors.add("redirect_uris", "`\(text)` is invalid")
        }
        try errors.throwIfAny()
        return (name, texts.compactMap { RedirectURI($0) }, isConfidential)
    }
}
