// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Hummingbird
import Identity

/// `/v2/{account}/domains/{domain}/dnssec` and `…/ds_records`.
struct DNSSECController {
    let services: APIServices

    /// Adds the routes below `/v2/{account}/domains/{domain}`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get("dnssec", use: self.status)
        group.post("dnssec", use: self.enable)
        group.delete("dnssec", use: self.disable)
        group.get("ds_records", use: self.list)
        group.post("ds_records", use: self.create)
        group.get("ds_records/:signer", use: self.get)
        group.delete("ds_records/:signer", use: self.delete)
    }

    @Sendable func status(_ request: Request, context: APIRequestContext) async throws -> Response {
        .data(DNSSECStatus(of: try await self.zone(context)))
    }

    /// A zone that was signed elsewhere has what the client asks for. Any other cannot be signed here yet, and saying
    /// otherwise would make its owner send a DS record to the parent that breaks the domain.
    @Sendable func enable(_ request: Request, context: APIRequestContext) async throws -> Response {
        let zone = try await self.zone(context)
        guard zone.isPresigned else {
            throw FeatureUnavailable(
                "Zones are not signed on this platform yet. A zone that was signed elsewhere can be imported"
            )
        }
        return .data(DNSSECStatus(of: zone), status: .created)
    }

    @Sendable func disable(_ request: Request, context: APIRequestContext) async throws -> Response {
        let zone = try await self.zone(context)
        guard zone.isPresigned else {
            throw APIError(.preconditionRequired, "DNSSEC cannot be disabled because it is not enabled")
        }
        throw FeatureUnavailable("The zone was signed elsewhere. Import it without signatures to disable DNSSEC")
    }

    @Sendable func list(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let query = QueryParameters(request.uri)
        return .list(
            try await self.services.delegationSigners.list(
                account: principal.account.id,
                domain: context.domain,
                sort: Sort<DelegationSignerSortField>.parse(query["sort"] ?? ""),
                page: query.page
            )
        )
    }

    @Sendable func create(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let signer = try await self.services.delegationSigners.create(
            account: principal.account,
            domain: context.domain,
            try DelegationSignerData(try await request.jsonObject()),
            context: context.changeContext(principal)
        )
        return .data(signer, status: .created)
    }

    @Sendable func get(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        return .data(
            try await self.services.delegationSigners.signer(
                account: principal.account.id,
                domain: context.domain,
                id: try context.numericID("signer", .delegationSigner)
            )
        )
    }

    @Sendable func delete(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        try await self.services.delegationSigners.delete(
            account: principal.account,
            domain: context.domain,
            id: try context.numericID("signer", .delegationSigner),
            context: context.changeContext(principal)
        )
        return .noContent
    }

    private func zone(_ context: APIRequestContext) async throws -> Zone {
        let account = try context.requirePrincipal().account.id
        let domain = try await self.services.domains.domain(account: account, context.domain)
        return try await self.services.zones.zone(account: account, .name(domain.name))
    }
}

extension DelegationSignerData {
    /// The fields of `object`. Numbers are taken as well as the texts that clients are to send.
    ///
    /// - Throws: every field of a wrong type.
    init(_ object: JSONObject) throws(ValidationErrors) {
        var reader = FieldReader(object)
        func text(_ field: String) -> String? {
            if case .integer(let number) = object[field] { return String(number) }
            return reader.string(field)
        }
        self.init(
            algorithm: text("algorithm"),
            digest: text("digest"),
            digestType: text("digest_type"),
            keytag: text("keytag"),
            publicKey: text("public_key")
        )
        try reader.errors.throwIfAny()
    }
}
