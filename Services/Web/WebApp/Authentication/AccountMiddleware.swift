// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import HTTPTypes
import Hummingbird
import Identity

/// Guards the routes below `/{account}`: valid credentials that can act for that account, and the scope that the method
/// needs. Sets the principal of the request.
///
/// The scope is about the zone or domain that the path names, or about all of them where it names none. Lists of zones
/// and domains need no more than a scope for one of them: they show only what may be read.
struct AccountMiddleware: RouterMiddleware {
    /// Routes whose answers hold no more than the token may see.
    static let filteredLists: Set<String> = [
        "/v2/{account}/domains", "/v2/{account}/zones", "/x/v1/{account}/domains",
    ]

    /// Routes that change nothing but records, so that a token with a policy for records may use them; which records it
    /// changes is judged later.
    static let recordRoutes: Set<String> = [
        "/v2/{account}/zones/{zone}/records", "/v2/{account}/zones/{zone}/records/{record}",
        "/v2/{account}/zones/{zone}/batch", "/x/v1/{account}/zones/{zone}", "/x/v1/{account}/zones/{zone}/import",
        "/x/v1/{account}/zones/{zone}/rrsets/{name}/{type}",
        "/x/v1/{account}/zones/{zone}/versions/{version}/rollback",
    ]

    /// What the routes are about, as scopes name it: `domains` or `zones`.
    let resource: String
    /// Finds the names of what is asked for by id; without it such requests need a scope for all names.
    var names: ScopeNames?

    func handle(
        _ request: Request,
        context: APIRequestContext,
        next: @concurrent (Request, APIRequestContext) async throws -> Response
    ) async throws -> Response {
        guard let caller = context.caller else { throw context.refusal }
        // Another's account answers like one that does not exist.
        guard let id = context.parameters.get("account").flatMap({ Int64($0) }),
            context.parameters.get("account") == String(id), let principal = caller.principal(account: id)
        else { throw APIError.notFound }
        let isRead = request.method == .get || request.method == .head
        try await self.require(isRead ? .read : .write, of: principal, context: context)
        // Also where nothing would be changed in the end: nobody should have to think about which requests those are.
        if !isRead, principal.grant.recordPolicy != nil, !Self.recordRoutes.contains(context.endpointPath ?? "") {
            throw PermissionDenied("The token may only change records")
        }
        var context = context
        context.principal = principal
        return try await next(request, context)
    }

    /// - Throws: 403 without the scope.
    private func require(
        _ operation: TokenScope.Operation,
        of principal: Principal,
        context: APIRequestContext
    ) async throws {
        guard !principal.allows(self.resource, nil, operation) else { return }
        guard principal.grant.scopes != nil else {
            throw APIError.forbidden(requiredScope: "\(self.resource):*:\(operation.rawValue)")
        }
        if operation == .read, Self.filteredLists.contains(context.endpointPath ?? ""),
            principal.readableNames(self.resource)?.isEmpty == false
        {
            return
        }
        let name = try await self.name(in: context, account: principal.account.id)
        guard principal.allows(self.resource, name, operation) else {
            throw APIError.forbidden(requiredScope: "\(self.resource):\(name ?? "*"):\(operation.rawValue)")
        }
    }

    /// The zone or domain that the path names, as scopes write it; nil where it names none.
    private func name(in context: APIRequestContext, account: Int64) async throws -> String? {
        for (parameter, kind) in [("zone", ScopeNames.Kind.zone), ("domain", .domain)]
        where context.parameters.get(parameter) != nil {
            switch ResourceIdentifier(context.path(parameter)) {
            // As look-ups read it: what a scope allows is what is found.
            case .name(let name): return ZoneName.key(name)
            case .id(let id): return try await self.names?.name(of: kind, id: id, account: account)
            }
        }
        return nil
    }
}

extension APIRequestContext {
    /// The principal of a request that got past authentication.
    ///
    /// - Throws: 401 where there is none.
    func requirePrincipal() throws -> Principal {
        guard let principal = self.principal else { throw self.refusal }
        return principal
    }

    /// The caller of a request that got past authentication; outside `/{account}` it may be a user.
    ///
    /// - Throws: 401 where there is none.
    func requireCaller() throws -> Caller {
        guard let caller = self.caller else { throw self.refusal }
        return caller
    }
}
