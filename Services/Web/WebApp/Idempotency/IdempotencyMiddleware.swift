// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import HTTPTypes
import Hummingbird
import Identity
import Logging
import NIOCore

/// Carries out a POST with an `Idempotency-Key` once: the same request with the same key gets the first answer again.
///
/// Stands outside ``ErrorMiddleware``, so that refusals are kept like successes, and inside ``AdmissionMiddleware``: every
/// attempt counts for the rate limit, and keys belong to valid tokens.
struct IdempotencyMiddleware: RouterMiddleware {
    let store: IdempotencyStore
    let renderer = ErrorRenderer()

    func handle(
        _ request: Request,
        context: APIRequestContext,
        next: @concurrent (Request, APIRequestContext) async throws -> Response
    ) async throws -> Response {
        guard request.method == .post, let key = request.headers[.idempotencyKey], context.isAuthenticated else {
            return try await next(request, context)
        }
        do {
            guard let attempt = try await IdempotentAttempt(request, key: key) else {
                throw APIError(.badRequest, "Idempotency-Key must be 1 to 255 visible ASCII characters")
            }
            let standing = try await self.store.reserve(
                key,
                scope: attempt.seal.scope,
                fingerprint: attempt.fingerprint,
                requestID: context.requestID
            )
            switch standing {
            case .reserved(let reservation):
                return try await self.carryOut(attempt, reservation, context: context, next: next)
            case .answered(let status, let sealedBody):
                return try attempt.replay(status: status, sealedBody: sealedBody)
            case .answerLost: throw APIError.idempotentAnswerLost
            case .inFlight: throw APIError.idempotentRequestInFlight
            case .taken: throw APIError.idempotencyKeyTaken
            }
        } catch {
            return self.renderer.response(to: error, context: context)
        }
    }

    /// Works on the request and keeps its answer. What fails on our side frees the key for another attempt.
    private func carryOut(
        _ attempt: IdempotentAttempt,
        _ reservation: ChangeContext.Reservation,
        context: APIRequestContext,
        next: @concurrent (Request, APIRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.reservation = reservation
        var response: Response
        do {
            response = try await next(attempt.request, context)
            guard response.status.code < 500 else {
                await self.release(reservation, context: context)
                return response
            }
        } catch {
            await self.release(reservation, context: context)
            throw error
        }
        // The change is committed: whatever happens to its answer now must not turn it into a failure.
        let body = try await response.takeBody()
        do {
            let sealed = body.isEmpty ? nil : try attempt.seal.seal(body)
            try await self.store.keep(status: response.status.code, sealedBody: sealed, for: reservation)
        } catch {
            context.logger.warning(
                "Answer not kept for its Idempotency-Key",
                metadata: ["request_id": "\(context.requestID)", "error": "\(error)"]
            )
        }
        return response
    }

    private func release(_ reservation: ChangeContext.Reservation, context: APIRequestContext) async {
        do {
            try await self.store.release(reservation)
        } catch {
            // The lease ends by itself.
            context.logger.warning(
                "Idempotency-Key not freed",
                metadata: ["request_id": "\(context.requestID)", "error": "\(error)"]
            )
        }
    }
}
