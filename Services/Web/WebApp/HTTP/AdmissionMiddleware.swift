// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import Hummingbird
import Identity

/// Finds out whose credentials a request carries, counts the request, and puts the X-RateLimit fields on the response,
/// whatever the response is: clients parse them without looking whether they are there.
///
/// A request with valid credentials counts for an account, any other for its address.
struct AdmissionMiddleware: RouterMiddleware {
    let finder: CallerFinder
    let limiter: RateLimiter
    let proxies: TrustedProxies
    let clock: UnixClock
    let renderer = ErrorRenderer()

    func handle(
        _ request: Request,
        context: APIRequestContext,
        next: @concurrent (Request, APIRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.client = self.proxies.client(peer: context.peerAddress, forwarded: request.headers[.forwardedFor])
        let address = RateLimiter.Subject.address(context.client?.rateLimitKey ?? "")
        do {
            switch try await self.finder.find(request, context: context) {
            case .caller(let caller): context.caller = caller
            case .nobody(let error): context.refusal = error
            case .refused(let error):
                let decision = self.limiter.state(of: address, now: self.clock.now)
                return self.renderer.response(to: error, context: context).with(decision)
            }
            let isPermitted = context.caller?.grant.permits(address: context.client?.text) ?? true
            if !isPermitted {
                context.caller = nil
            }
            context.principal = context.caller?.soleAccount
            let now = self.clock.now
            let decision = await self.limiter.take(context.limitedAccount.map { .account($0) } ?? address, now: now)
            guard decision.isAllowed else {
                let error = APIError.quotaExceeded(retryAfter: max(1, decision.reset - now))
                return self.renderer.response(to: error, context: context).with(decision)
            }
            guard isPermitted else {
                return self.renderer.response(to: APIError.foreignAddress, context: context).with(decision)
            }
            return try await next(request, context).with(decision)
        } catch {
            // The token could not be looked up: nobody is charged for that.
            let decision = self.limiter.state(of: address, now: self.clock.now)
            return self.renderer.response(to: error, context: context).with(decision)
        }
    }
}

extension APIRequestContext {
    /// The account whose window a request draws on: the one that it is about or, of a user who names none, the first.
    /// A user without accounts counts like an address.
    fileprivate var limitedAccount: Int64? {
        guard let caller = self.caller else { return nil }
        let named = self.parameters.get("account").flatMap { Int64($0) }.flatMap { caller.principal(account: $0) }
        return (named?.account ?? caller.accounts.first)?.id
    }
}

extension Response {
    /// The response with the X-RateLimit fields of `decision`.
    fileprivate func with(_ decision: RateLimiter.Decision) -> Response {
        var response = self
        response.headers.set(decision)
        return response
    }
}

extension HTTPFields {
    /// Sets the X-RateLimit fields.
    mutating func set(_ decision: RateLimiter.Decision) {
        self[.rateLimitLimit] = String(decision.limit)
        self[.rateLimitRemaining] = String(decision.remaining)
        self[.rateLimitReset] = String(decision.reset)
    }
}
