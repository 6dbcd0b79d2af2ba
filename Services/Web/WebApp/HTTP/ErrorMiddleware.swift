// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Hummingbird

/// Turns whatever a handler throws into the API's envelope, so that nothing throws past it.
struct ErrorMiddleware: RouterMiddleware {
    let renderer = ErrorRenderer()

    func handle(
        _ request: Request,
        context: APIRequestContext,
        next: @concurrent (Request, APIRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            return self.renderer.response(to: error, context: context)
        }
    }
}
