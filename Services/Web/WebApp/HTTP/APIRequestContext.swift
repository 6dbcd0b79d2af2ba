// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import Domain
package import Hummingbird
package import Identity
import NIOCore

/// What the middlewares and handlers know of one request.
package struct APIRequestContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The request's id: made here, never taken from the client. It stands in X-Request-Id, in the audit log, in the
    /// change and in the webhooks, so that one id leads through all of them.
    package let requestID: RequestIdentifier
    /// The peer's address as the socket has it; nil where there is no socket (tests against the router alone).
    package let peerAddress: String?
    /// The event loop of the request's connection.
    let eventLoop: any EventLoop
    /// Whose valid credentials the request carries, if any. Set by ``AdmissionMiddleware``.
    package var caller: Caller?
    /// What an operation answers that needs somebody when there is nobody. Set by ``AdmissionMiddleware``.
    package var refusal = APIError.unauthenticated
    /// The account that the request acts for, with the rights in it. Set by ``AccountMiddleware`` below `/{account}`, and
    /// for an account's own token everywhere.
    package var principal: Principal?
    /// Where the request comes from. Set by ``AdmissionMiddleware``.
    package var client: ClientAddress?
    /// What the request's Idempotency-Key gave it. Set by ``IdempotencyMiddleware``.
    package var reservation: ChangeContext.Reservation?

    package init(source: ApplicationRequestContextSource) {
        self.coreContext = .init(source: source)
        self.requestID = RequestIdentifier()
        self.peerAddress = source.channel.remoteAddress?.ipAddress
        self.eventLoop = source.channel.eventLoop
    }

    /// Whether the request carries valid credentials.
    var isAuthenticated: Bool { self.caller != nil }
}
