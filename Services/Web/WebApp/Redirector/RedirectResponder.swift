// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import HTTPTypes
import Hummingbird
import Logging
import Metrics

/// Answers requests for names with URL records.
///
/// A host that was found less than five seconds ago is not looked up again. While the database is away, hosts that are
/// remembered go on being answered.
struct RedirectResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    /// For how long browsers and proxies may keep a redirection, in seconds; without it a 301 is kept for ever.
    private static let lifetime = 300

    let find: @Sendable (String) async throws -> String?
    let cache: RedirectCache
    let logger: Logger

    func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
        var response = await answer(request)
        // The length of what GET would bring, and nothing of it (RFC 9110 9.3.2).
        if request.method == .head {
            let length = response.body.contentLength
            // Sets the field to 0.
            response.body = ResponseBody()
            response.headers[.contentLength] = length.map(String.init)
        }
        Counter(label: "redirector_requests_total", dimensions: [("status", "\(response.status.code)")]).increment()
        return response
    }

    private func answer(_ request: Request) async -> Response {
        guard request.method == .get || request.method == .head else {
            return Self.text(.methodNotAllowed, "Only GET and HEAD are redirected.\n", [.allow: "GET, HEAD"])
        }
        guard let authority = request.head.authority, let host = RedirectTarget.host(authority) else {
            return Self.text(.badRequest, "The request names no host.\n")
        }
        let url: String?
        do {
            url = try await look(up: host)
        } catch {
            logger.warning("cannot look redirections up", metadata: ["error": "\(error)"])
            return Self.text(.serviceUnavailable, "Not now. Try again.\n", [.retryAfter: "5"])
        }
        guard let url else { return Self.text(.notFound, "There is no redirection of this name.\n") }
        guard let location = RedirectTarget.location(url: url, request: request.head.path ?? "") else {
            return Self.text(.badRequest, "The request's target is not a path.\n")
        }
        return Self.text(
            .movedPermanently,
            "Moved to \(location)\n",
            [.location: location, .cacheControl: "max-age=\(Self.lifetime)"]
        )
    }

    private func look(up host: String) async throws -> String? {
        let known = cache.find(host)
        if let known, known.until > .now { return known.url }
        do {
            let url = try await find(host)
            cache.remember(host, url)
            return url
        } catch {
            guard let known else { throw error }
            return known.url
        }
    }

    private static func text(_ status: HTTPResponse.Status, _ text: String, _ fields: HTTPFields = [:]) -> Response {
        var headers = fields
        headers[.contentType] = "text/plain; charset=utf-8"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
