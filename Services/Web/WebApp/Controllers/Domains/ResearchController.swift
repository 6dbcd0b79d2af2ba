// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain
import Hummingbird
import Identity

/// `/v2/{account}/domains/research/status`: whether a name is free to be registered, which this platform cannot know.
struct ResearchController {
    /// Adds the route below `/v2/{account}/domains`.
    func addRoutes(to group: RouterGroup<APIRequestContext>) {
        group.get("research/status", use: self.status)
    }

    @Sendable func status(_ request: Request, context: APIRequestContext) async throws -> Response {
        let name: String
        do throws(ValidationErrors) {
            name = try ZoneName(customer: QueryParameters(request.uri)["domain"] ?? "").text
        } catch {
            throw ValidationErrors("domain", error["name"].first ?? "is invalid")
        }
        return .data { json in
            json.member("request_id", context.requestID.text)
            json.member("domain", name)
            json.member("availability", "unknown")
            json.member("errors", ["The platform has no registrar to ask"])
        }
    }
}
