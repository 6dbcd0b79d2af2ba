// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import HTTPTypes
import Hummingbird
import Identity

/// Answers changes with 503 while the switch `writes` is off, for all or for the account, user or token that asks.
///
/// Stands after ``AdmissionMiddleware``, which says who asks, and before keys are reserved for the request: it may come
/// again with the same one. Logging in and out stays possible: it changes nothing that is served, and to read needs it.
struct WriteSwitchMiddleware: RouterMiddleware {
    /// Seconds after which clients may ask again.
    static let retryAfter = 30

    let flags: FlagReader

    private static let reading: Set<HTTPRequest.Method> = [.get, .head, .options, .trace]
    private static let logIns: Set<String> = ["/x/v1/sessions", "/oauth/session", "/v2/oauth/access_token"]

    func handle(
        _ request: Request,
        context: APIRequestContext,
        next: @concurrent (Request, APIRequestContext) async throws -> Response
    ) async throws -> Response {
        guard Self.changes(request), !self.flags.isOn(.writes, for: Self.subject(of: context)) else {
            return try await next(request, context)
        }
        return APIError(
            .serviceUnavailable,
            "Changes are not possible at the moment",
            headers: [.retryAfter: String(Self.retryAfter)]
        ).response
    }

    private static func changes(_ request: Request) -> Bool {
        let path = request.uri.path
        let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        // Dynamic DNS changes by GET.
        if trimmed == DynamicUpdateController.path { return true }
        return !self.reading.contains(request.method) && !self.logIns.contains(trimmed)
    }

    private static func subject(of context: APIRequestContext) -> FlagSubject {
        guard let caller = context.caller else { return .everybody }
        let named = context.parameters.get("account").flatMap { Int64($0) }
        let own = caller.accounts.map(\.id)
        // Who names no account, as dynamic DNS does, is held up by any of the accounts only if it is the only one.
        let account = named.flatMap { own.contains($0) ? $0 : nil } ?? (own.count == 1 ? own.first : nil)
        var actors: [FlagSubject.Actor] = []
        if let user = caller.user { actors.append(.user(user.id)) }
        if let token = caller.tokenID { actors.append(.token(token)) }
        return FlagSubject(account: account, actors: actors)
    }
}
