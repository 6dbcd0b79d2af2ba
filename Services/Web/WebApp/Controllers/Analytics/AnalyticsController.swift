// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Database
import Domain
import Hummingbird
import Identity

/// `/v2/{account}/dns_analytics`: queries answered, by zone and day.
struct AnalyticsController {
    let analytics: AnalyticsStore
    let clock: UnixClock

    /// Adds the route below `/v2/{account}/dns_analytics`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get(use: self.query)
    }

    @Sendable func query(_ request: Request, context: APIRequestContext) async throws -> Response {
        let principal = try context.requirePrincipal()
        let parameters = QueryParameters(request.uri)
        do {
            let query = try AnalyticsQuery(
                startDate: parameters["start_date"],
                endDate: parameters["end_date"],
                groupings: parameters["groupings"],
                sort: parameters["sort"],
                page: parameters["page"].flatMap { Int($0) },
                pageSize: parameters["per_page"].flatMap { Int($0) },
                today: CalendarDay(Timestamp(seconds: self.clock.now))
            )
            var json = JSONWriter(reservingCapacity: 4_096)
            json.value(try await self.analytics.result(account: principal.account.id, query))
            return Response(.ok, json: json)
        } catch let error as AnalyticsQuery.InvalidDate {
            throw APIError(.badRequest, error.message)
        }
    }
}
