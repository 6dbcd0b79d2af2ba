// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import HTTPTypes
import Testing

@testable import WebApp

@Suite struct OpenAPIRouteTests {
    @Test func `the document has the router's operations and no others`() async throws {
        try await TestAPI.run { api async throws in
            // HEAD stands with each GET, and is not worth a description; what a browser shows is none of the API.
            let routes = api.routes.filter { $0.method != .head && !$0.path.hasPrefix("/oauth/") }
            let routed = Set(routes.map { "\($0.method) \($0.path)" })
            let described = OpenAPIDocument.current.operations.map { "\($0.method) \($0.path)" }
            #expect(Set(described).count == described.count, "an operation is described twice")
            #expect(routed.subtracting(described).sorted() == [], "not described")
            #expect(Set(described).subtracting(routed).sorted() == [], "described, but not there")
        }
    }
}
