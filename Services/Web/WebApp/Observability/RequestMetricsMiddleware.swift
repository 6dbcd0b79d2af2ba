// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import Hummingbird
import Metrics
import Synchronization

/// Times every request: the histogram `http_server_request_duration_seconds` by route, method and status.
///
/// The labels are bounded: the route is the pattern, not the path; what no route matched is `none`, and a method that
/// no route knows is `other`.
final class RequestMetricsMiddleware: RouterMiddleware {
    private struct Series: Hashable {
        let route: String
        let method: String
        let status: Int
    }

    private let timers = Mutex<[Series: Metrics.Timer]>([:])

    func handle(
        _ request: Request,
        context: APIRequestContext,
        next: @concurrent (Request, APIRequestContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        let duration = ContinuousClock.now - start
        let route = context.endpointPath.flatMap { $0 == "NotFound" ? nil : $0 } ?? "none"
        let method = HTTPRequest.Method.routed.contains(request.method) ? request.method.rawValue : "other"
        self.timer(Series(route: route, method: method, status: response.status.code)).record(duration: duration)
        return response
    }

    private func timer(_ series: Series) -> Metrics.Timer {
        self.timers.withLock { timers in
            if let timer = timers[series] {
                return timer
            }
            let timer = Metrics.Timer(
                label: "http_server_request_duration_seconds",
                dimensions: [
                    ("route", series.route), ("method", series.method), ("status", String(series.status)),
                ]
            )
            timers[series] = timer
            return timer
        }
    }
}
