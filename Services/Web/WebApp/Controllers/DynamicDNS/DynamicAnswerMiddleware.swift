// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import HTTPTypes
import Hummingbird
import NIOCore

/// Tells dyndns2 clients in their words what every other client gets as JSON: no valid token, a limit, the database away.
/// Stands before ``AdmissionMiddleware``, whose refusals are meant.
struct DynamicAnswerMiddleware: RouterMiddleware {
    func handle(
        _ request: Request,
        context: APIRequestContext,
        next: @concurrent (Request, APIRequestContext) async throws -> Response
    ) async throws -> Response {
        let response = try await next(request, context)
        let paths = [DynamicUpdateController.path, DynamicUpdateController.path + "/"]
        guard paths.contains(request.uri.path), let answer = Self.answer(to: response.status) else { return response }
        var translated = Response.dynamic([answer.rawValue], status: response.status)
        var headers = response.headers
        for name in [HTTPField.Name.contentType, .contentLength, .cacheControl] {
            headers[name] = translated.headers[name]
        }
        if response.status == .unauthorized {
            headers[.wwwAuthenticate] = #"Basic realm="Zonewright""#
        }
        headers[.contentLength] = String(answer.rawValue.utf8.count + 1)
        translated.headers = headers
        return translated
    }

    /// What a status means to such a client; nil for what the protocol has no word for, or has been said already.
    private static func answer(to status: HTTPResponse.Status) -> DynamicAnswer? {
        switch status.code {
        // A token that is good, but not from this network: as little use as a wrong one.
        case 401, 403: .notAuthenticated
        case 429: .abuse
        case 500...: .unavailable
        default: nil
        }
    }
}
