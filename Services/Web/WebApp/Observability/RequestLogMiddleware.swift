// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import Hummingbird
import Identity
import Logging

/// A line a request at debug level. Queries are left out: they hold what customers look for.
struct RequestLogMiddleware: RouterMiddleware {
    func handle(
        _ request: Request,
        context: APIRequestContext,
        next: @concurrent (Request, APIRequestContext) async throws -> Response
    ) async throws -> Response {
        guard context.logger.logLevel <= .debug else { return try await next(request, context) }
        let start = ContinuousClock.now
        let response = try await next(request, context)
        context.logger.debug(
            "Request",
            metadata: [
                "request_id": "\(context.requestID)",
                "method": "\(request.method)",
                "path": "\(request.uri.path)",
                "status": "\(response.status.code)",
                "duration": "\(ContinuousClock.now - start)",
            ]
        )
        return response
    }
}
