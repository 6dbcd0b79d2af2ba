// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

package import HTTPTypes

extension HTTPField.Name {
    /// The field called `name`, which is a literal of this module and a valid token.
    private static func literal(_ name: StaticString) -> HTTPField.Name {
        guard let field = HTTPField.Name(name.description) else {
            preconditionFailure("a header name in the source is not a token")
        }
        return field
    }

    /// X-Request-Id: the UUID of the request.
    package static let requestID = Self.literal("X-Request-Id")
    /// X-RateLimit-Limit: requests that the window holds.
    package static let rateLimitLimit = Self.literal("X-RateLimit-Limit")
    /// X-RateLimit-Remaining: requests left in the window.
    package static let rateLimitRemaining = Self.literal("X-RateLimit-Remaining")
    /// X-RateLimit-Reset: when the window ends, in Unix seconds.
    package static let rateLimitReset = Self.literal("X-RateLimit-Reset")
    /// Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): the client's name for one request.
    package static let idempotencyKey = Self.literal("Idempotency-Key")
    /// Idempotency-Replayed: stands on an answer that was given before.
    package static let idempotencyReplayed = Self.literal("Idempotency-Replayed")
    /// X-Frame-Options.
    static let frameOptions = Self.literal("X-Frame-Options")
    /// X-Permitted-Cross-Domain-Policies.
    static let permittedCrossDomainPolicies = Self.literal("X-Permitted-Cross-Domain-Policies")
    /// X-Dnsimple-OTP: the one-time code beside a password; in an answer, that one is needed.
    static let oneTimeCode = Self.literal("X-Dnsimple-OTP")
    /// X-CSRF-Token: what shows that a page of ours makes a session's request.
    static let csrfToken = Self.literal("X-CSRF-Token")
    /// X-Forwarded-For: the addresses a request came through, as proxies write it.
    static let forwardedFor = Self.literal("X-Forwarded-For")
}
