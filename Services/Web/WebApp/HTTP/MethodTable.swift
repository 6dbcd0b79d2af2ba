// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
package import Hummingbird
import NIOCore
import NIOPosix

/// Answers a known path asked with a method it does not have: 405, empty body, Allow.
struct MethodNotAllowedResponder: HTTPResponder {
    let allow: String

    func respond(to request: Request, context: APIRequestContext) async throws -> Response {
        Response(status: .methodNotAllowed, headers: [.allow: self.allow])
    }
}

extension Router where Context == APIRequestContext {
    /// Completes every path that has a route with an answer for each method it lacks. Call it after the last route.
    func addMethodNotAllowed() {
        var methods: [String: (path: RouterPath, present: Set<HTTPRequest.Method>)] = [:]
        for route in self.routes {
            methods[route.path.description, default: (route.path, [])].present.insert(route.method)
        }
        for (path, present) in methods.values {
            var allowed = present
            if present.contains(.get) {
                allowed.insert(.head)
            }
            let allow = allowed.map(\.rawValue).sorted().joined(separator: ", ")
            for method in HTTPRequest.Method.routed where !allowed.contains(method) {
                self.on(path, method: method, responder: MethodNotAllowedResponder(allow: allow))
            }
        }
    }
}

extension HTTPRequest.Method {
    /// The methods a path is completed for. Any other method is treated as TRACE, which no route has.
    static let routed: Set<HTTPRequest.Method> = [
        .get, .head, .post, .put, .patch, .delete, .options, .trace, .connect,
    ]
}

/// Runs the router, with methods nobody registered mapped to one that answers 405 wherever the path exists.
package struct WebResponder: HTTPResponder {
    let router: RouterResponder<APIRequestContext>
    private let executors = EventLoopExecutors(MultiThreadedEventLoopGroup.singleton)

    package init(router: RouterResponder<APIRequestContext>) {
        self.router = router
    }

    package func respond(to request: Request, context: APIRequestContext) async throws -> Response {
        // What resumes on another thread, such as a database connection's, comes back to the connection's loop.
        try await withTaskExecutorPreference(self.executors[context.eventLoop]) {
            try await self.route(request, context)
        }
    }

    private func route(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        guard !HTTPRequest.Method.routed.contains(request.method) else {
            return try await self.router.respond(to: request, context: context)
        }
        var head = request.head
        head.method = .trace
        return try await self.router.respond(to: Request(head: head, body: request.body), context: context)
    }
}
