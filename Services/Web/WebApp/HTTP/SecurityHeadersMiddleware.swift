// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import Hummingbird

/// Puts the request's id and the fixed header fields on every response; what a handler says about caching stays.
struct SecurityHeadersMiddleware: RouterMiddleware {
    func handle(
        _ request: Request,
        context: APIRequestContext,
        next: @concurrent (Request, APIRequestContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.requestID] = context.requestID.text
        if response.headers[.cacheControl] == nil {
            if response.headers[.cacheControl] == nil {
                response.headers[.cacheControl] = "max-age=0, private, must-revalidate"
            }
        }
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.frameOptions] = "DENY"
        response.headers[.permittedCrossDomainPolicies] = "none"
        return response
    }
}
