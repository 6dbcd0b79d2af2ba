// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import HTTPTypes
import Hummingbird
import Identity

/// Finds out whose credentials a request carries: a token, an e-mail address with its password, or a session's cookie.
struct CallerFinder: Sendable {
    /// What was found.
    enum Finding: Sendable {
        case caller(Caller)
        /// Nobody; the error is what an operation answers that needs somebody.
        case nobody(APIError)
        /// The request must not go on.
        case refused(APIError)
    }

    let authenticator: any Authenticator
    let identity: IdentityServices

    /// Who makes `request`.
    ///
    /// - Throws: when that cannot be found out now, such as with the database away.
    func find(_ request: Request, context: APIRequestContext) async throws -> Finding {
        if let token = request.bearerToken {
            return try await self.find(token: token)
        }
        if let basic = BasicCredentials(request.headers) {
            // Clients that know nothing but passwords may send a token as one.
            if TokenSecret(basic.password.reveal()) != nil {
                return try await self.find(token: basic.password.reveal())
            }
            return try await self.find(basic, code: request.headers[.oneTimeCode], context: context)
        }
        if request.headers[.authorization] == nil, let secret = SessionCookie.secret(in: request.headers) {
            return try await self.find(secret, in: request)
        }
        return .nobody(.unauthenticated)
    }

    private func find(token: String) async throws -> Finding {
        try await self.authenticator.caller(token: token).map(Finding.caller) ?? .nobody(.unauthenticated)
    }

    private func find(
        _ basic: BasicCredentials,
        code: String?,
        context: APIRequestContext
    ) async throws -> Finding {
        let outcome = try await self.identity.passwords.check(
            email: basic.name,
            password: basic.password,
            code: code,
            address: context.client?.rateLimitKey,
            attempt: context.logInAttempt(.request)
        )
        switch outcome {
        case .user(let user): return .caller(try await self.identity.users.caller(of: user))
        case .wrong: return .nobody(.unauthenticated)
        case .codeNeeded: return .nobody(.codeNeeded)
        case .tooMany(let wait): return .refused(.tooManyLogIns(retryAfter: wait))
        }
    }

    /// A session's request that changes something proves with a header field that a page of ours made it.
    private func find(_ secret: TokenSecret, in request: Request) async throws -> Finding {
        guard let session = try await self.identity.sessions.session(secret.hash),
            let caller = try await self.identity.users.caller(id: session.userID)
        else { return .nobody(.unauthenticated) }
        let isRead = request.method == .get || request.method == .head
        guard isRead || secret.isCSRFToken(request.headers[.csrfToken] ?? "") else {
            return .nobody(.csrfTokenNeeded)
        }
        return .caller(caller)
    }
}
